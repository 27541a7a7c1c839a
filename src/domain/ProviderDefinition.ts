/**
 * What a provider *is*, as data: adding an OpenAI-compatible one is writing one of these.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { ChatQuirks } from "./ChatQuirks.ts"
import type { ConverseQuirks } from "./ConverseQuirks.ts"
import type { GeminiQuirks } from "./GeminiQuirks.ts"
import type { ErrorCategory } from "./ErrorCategory.ts"
import type { MessagesQuirks } from "./MessagesQuirks.ts"
import type { OperationBindings } from "./Operations.ts"
import type { FimFormat, FimFormatName, PromptFormat, PromptFormatName } from "./PromptFormat.ts"

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
 * How a provider takes its key: in `Authorization: Bearer`, in a header of its own, in a query parameter, or as a token
 * that is signed with it (Zhipu's `id.secret` keys).
 *
 * @category models
 * @since 0.1.0
 */
export type AuthStyle =
  | { readonly type: "bearer" }
  | { readonly type: "header"; readonly name: string }
  | { readonly type: "query"; readonly name: string }
  | { readonly type: "signed-token" }

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
 * Where requests of one kind go.
 *
 * **Details**
 *
 * `path` is put under the base URL, the provider's own one or `baseUrl`. `{name}` in either is replaced by the variable of
 * that name, percent-encoded, and `{model}` by the model; `{+name}` keeps slashes. A part in brackets is left out when a
 * variable in it has no value. `models` are the models that it is for: all where it is absent. It is only for programs
 * that have the variable of `requires`, with a value like that. `auth`, `headers` and `quirks` go before the provider's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint {
  readonly path: string
  readonly baseUrl?: string | undefined
  readonly models?: RegExp | undefined
  readonly requires?: { readonly variable: string; readonly matching?: RegExp | undefined } | undefined
  readonly auth?: AuthStyle | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly quirks?: Quirks | undefined
}

/**
 * Named differences between servers of one protocol. All are off or at the protocol's own value unless a provider sets
 * them; a protocol knows these and no provider's name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quirks extends ChatQuirks, MessagesQuirks, ConverseQuirks, GeminiQuirks {
  /** Models (by prefix of the name) that take no sampling parameters and want `developer` as the system role. */
  readonly reasoningModels?: ReadonlyArray<string> | undefined
  /** Chat, Messages: the frames of a stream. Default `sse`; `event-stream` is Amazon's, each with an event as base64. */
  readonly framing?: "sse" | "event-stream" | undefined
  /** Text completions: how a conversation becomes one text. Default: `plain`, and one text of the user as it is. */
  readonly promptFormat?: PromptFormatName | PromptFormat | undefined
  /** Text completions: how the sides of a hole are sent. Default: the end in the field `suffix`. */
  readonly fimFormat?: FimFormatName | FimFormat | undefined
  /**
   * What the provider's error codes mean: those of bodies, and HTTP statuses, as text. They go before what is known of
   * codes in general. A body that only says what a code is has it at the place that its shape knows.
   */
  readonly errorCodes?: Readonly<Record<string, ErrorCategory>> | undefined
  /** Further quirks of some models, over the others, in order. */
  readonly byModel?: ReadonlyArray<ModelQuirks> | undefined
}

/**
 * The quirks of those models of a provider whose name matches.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelQuirks {
  readonly models: RegExp
  readonly quirks: Quirks
}

/**
 * The quirks that hold for one model.
 *
 * @category combinators
 * @since 0.1.0
 */
export const quirksOf = (quirks: Quirks, model: string | undefined): Quirks => {
  if (quirks.byModel === undefined || model === undefined) return quirks
  const own = quirks.byModel.filter(({ models }) => models.test(model))
  return own.length === 0 ? quirks : Object.assign({}, quirks, ...own.map((entry) => entry.quirks))
}

/**
 * How a provider lists its models: the shape of an entry, and how there is more of the list.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelListForm =
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
  readonly form: ModelListForm
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
 * Puts quirks over others, and over those of single models too.
 *
 * @category combinators
 * @since 0.1.0
 */
export const overQuirks = (quirks: Quirks, over: Quirks | undefined): Quirks => {
  if (over === undefined) return quirks
  const { byModel = [], ...forAll } = over
  const own = quirks.byModel ?? []
  const all = own.length + byModel.length === 0 ? [] : [...own, { models: /^/, quirks: forAll }, ...byModel]
  return { ...quirks, ...forAll, ...(all.length === 0 ? {} : { byModel: all }) }
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
