/**
 * The flags of every command that calls a provider.
 */
import * as Flags from "../Flags.ts"

/** The flags that select the target of a call. */
export interface TargetFlags {
  /** `--provider`: the id or alias of a provider; default: chosen by the model or the configuration. */
  readonly provider: string | undefined
  /** `--model`: a model, as `NAME` or `PROVIDER/NAME`; default: the one of `DefaultModels.ts`. */
  readonly model: string | undefined
  /** `--base-url`: the URL of a server; default: the provider's. */
  readonly baseUrl: string | undefined
  /** `--api-key-env`: the name of the variable with the key; default: the provider's variables. */
  readonly apiKeyEnv: string | undefined
  /** `--simulate`: whether the built-in simulator replaces the provider; default: `false`. */
  readonly simulate: boolean
  /** `--json`: whether to print lines of JSON; default: `false`. */
  readonly json: boolean
}

/** Creates the flags that select the target; `lines` is what `--json` prints. */
export const make = (lines: string) => ({
  provider: Flags.text(
    "provider",
    "ID",
    "The provider to call; default: the first one with a key that supports the operation"
  ),
  model: Flags.text(
    "model",
    "NAME",
    "The model, as NAME or PROVIDER/NAME; default: a common one of the provider, else \"default\""
  ),
  baseUrl: Flags.text(
    "base-url",
    "URL",
    "The URL of a server; its provider is openai-compatible unless --provider is given"
  ),
  apiKeyEnv: Flags.text("api-key-env", "NAME", "The environment variable with the key"),
  simulate: Flags.toggle("simulate", "Call the built-in simulator in place of the provider: no key, no network"),
  json: Flags.toggle("json", `Print ${lines}, and an error as the last line`)
})
