/**
 * What a request to a third party must not give away: keys to whoever reads spans, trace headers to the third party.
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
  // The span of the HTTP client ends with its error, which holds the request: address, headers and body. Ours tells what
  // there is to tell.
  Context.add(HttpClient.TracerDisabledWhen, constTrue)
)

/**
 * Runs an effect with every header and parameter redacted that is not known to be public, and without `traceparent` in its requests.
 */
export const withPrivacy = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideContext(effect, references)
