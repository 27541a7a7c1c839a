/**
 * What a provider *is*, as data: adding an OpenAI-compatible one is writing one of these.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { AuthStyle, Endpoint } from "./Endpoint.ts"
import type { OperationBindings } from "./Operations.ts"
import type { Quirks } from "./Quirks.ts"

/**
 * The wire languages by name.
 *
 * @category models
 * @since 0.1.0
 */
export const protocolNames = [
  "openai-chat",
  "openai-responses",
  "openai-completions",
  "anthropic-messages",
  "cohere",
  "ollama",
  "bedrock-converse",
  "gemini"
] as const

/**
 * The name of a wire language.
 *
 * @category models
 * @since 0.1.0
 */
export type ProtocolName = typeof protocolNames[number]

/**
 * Who a program is to a cloud, where a key does not say it: a token of Entra ID or of Google, or a signature with AWS
 * credentials. The services of `services/Identities` know. `env` are variables that tell that one is there; there are others
 * (a metadata server, a file in the home directory) that nobody knows of before asking.
 *
 * @category models
 * @since 0.1.0
 */
export type CloudIdentity =
  & { readonly env: ReadonlyArray<string> }
  & (
    | { readonly type: "entra"; readonly scope: string }
    | { readonly type: "google"; readonly scopes: ReadonlyArray<string> }
    | { readonly type: "aws"; readonly service: string }
  )

/**
 * A part of a provider's addresses that differs from one account to the next: a region, a project, a resource.
 *
 * **Details**
 *
 * `env` are the variables it is taken from, in order of priority. `neededWithoutKey` is for those that an address can do
 * without as long as a key says whose it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface AddressVariable {
  readonly env: ReadonlyArray<string>
  readonly default?: string | undefined
  readonly neededWithoutKey?: boolean | undefined
}

/**
 * How a provider lists its models: the shape of an entry, and how there is more of the list.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelListWireFormat =
  | "openai"
  | "openrouter"
  | "together"
  | "mistral"
  | "deepinfra"
  | "huggingface"
  | "anthropic"
  | "gemini"
  | "cohere"
  | "github"
  | "ollama"
  | "bedrock"
  | "cloudflare"

/**
 * Where a provider lists its models, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelsEndpoint extends Endpoint {
  readonly wireFormat: ModelListWireFormat
}

/**
 * The cheapest call that only a right key has an answer to: a GET of something about the key or the models, or, with a
 * `body`, a POST of the shortest question there is.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckCall extends Endpoint {
  readonly body?: Schema.JsonObject | undefined
}

/**
 * What a key says by the variable that it was found in. One that `isAmbient` is there for other programs too: it does not
 * make the provider the one that is meant when none is named. `variables` go before those of the environment; an undefined
 * one is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyVariable {
  readonly isAmbient?: boolean | undefined
  readonly auth?: AuthStyle | undefined
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * A provider.
 *
 * **Details**
 *
 * `protocols` is in order of preference: the first that is for the model. One without any has no chat. `keyEnv` and
 * `baseUrlEnv` are environment variables in order of priority; with `bareHosts` an address may be a host alone. `byKey` is
 * what differs for keys of certain variables: how they are sent, which variables they decide (a host). `identity` is asked
 * where there is no key. `variables` are the parts of addresses, and `baseUrlBy` other base URLs for certain values of one
 * of them. `headers` are sent with every request. `headerEnv` maps further headers to the variables that they are taken
 * from when set. `keyOptional` is for servers that may run without a key. `requestIdHeader` is the response header with the
 * provider's own id. `check` tells whether a key is right, and `models` is where the models are listed. With `deployments`
 * the names of models are given by those who deploy them, and say nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderDefinition extends OperationBindings {
  readonly id: string
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly documentation: string
  readonly baseUrl: string | undefined
  readonly baseUrlBy?:
    | { readonly variable: string; readonly urls: Readonly<Record<string, string>> }
    | undefined
  readonly variables?: Readonly<Record<string, AddressVariable>> | undefined
  readonly protocols: ReadonlyArray<ProtocolBinding>
  readonly models?: ModelsEndpoint | undefined
  readonly deployments?: boolean | undefined
  readonly auth: AuthStyle
  readonly identity?: CloudIdentity | undefined
  readonly keyEnv: ReadonlyArray<string>
  readonly byKey?: Readonly<Record<string, KeyVariable>> | undefined
  readonly baseUrlEnv: ReadonlyArray<string>
  readonly bareHosts?: boolean | undefined
  readonly keyOptional: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly headerEnv: Readonly<Record<string, ReadonlyArray<string>>>
  readonly requestIdHeader: string
  readonly check: CheckCall
  readonly quirks: Quirks
}

/**
 * A protocol that a provider speaks, and where. Answers that are not streamed are asked for at `wholePath`, which is
 * `path` unless it says otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProtocolBinding extends Endpoint {
  readonly protocol: ProtocolName
  readonly wholePath?: string | undefined
}
