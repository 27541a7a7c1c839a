/**
 * The flags that every command which asks a provider has.
 *
 * @since 0.1.0
 */
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"

/**
 * Whom to ask, as the command line says it.
 *
 * @category models
 * @since 0.1.0
 */
export interface TargetFlags {
  readonly provider: string | undefined
  readonly model: string | undefined
  readonly baseUrl: string | undefined
  readonly apiKeyEnv: string | undefined
  readonly json: boolean
}

/**
 * A flag with a text that may be left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  )

/**
 * A flag with a whole number that may be left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const whole = (name: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.withDescription(description),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  )

/**
 * The flags that say whom to ask; `lines` says what `--json` prints.
 *
 * @category constructors
 * @since 0.1.0
 */
export const target = (lines: string) => ({
  provider: text("provider", "ID", "The provider to ask; default: the first one with a key that can do it"),
  model: text(
    "model",
    "NAME",
    "The model, as NAME or PROVIDER/NAME; default: a common one of the provider, or \"default\""
  ),
  baseUrl: text("base-url", "URL", "The server to ask; openai-compatible unless --provider says otherwise"),
  apiKeyEnv: text("api-key-env", "NAME", "The environment variable with the key"),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription(`Print ${lines}, and a failure as the last line`),
    Flag.withDefault(false)
  )
})
