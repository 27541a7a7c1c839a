/**
 * Keeps secrets out of spans, and trace headers out of requests to third parties.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as UrlParams from "effect/http/UrlParams"
import { publicHeaderNames, publicQueryNames } from "../../domain/SecretNames.ts"

const allBut = (
  names: ReadonlyArray<string>
): ReadonlyArray<RegExp> => [new RegExp(`^(?!(?:${names.join("|")})$)`, "i")]

const references = Context.empty().pipe(
  Context.add(Headers.CurrentRedactedNames, allBut(publicHeaderNames)),
  Context.add(UrlParams.CurrentRedactedNames, allBut(publicQueryNames)),
  Context.add(HttpClient.TracerPropagationEnabled, false),
  // The HTTP client's own span ends with its error, which holds the request: address, headers and body. The span of the
  // attempt replaces it.
  Context.add(HttpClient.TracerDisabledWhen, constTrue)
)

/**
 * Runs an effect in which every header and parameter is redacted that is not known to be public, and in which requests
 * have no `traceparent`.
 */
export const withPrivacy = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideContext(effect, references)
