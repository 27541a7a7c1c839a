/**
 * Definitions of providers, as data. An OpenAI-compatible provider is added by writing one.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { AuthStyle, Endpoint } from "./Endpoint.ts"
import type { OperationBindings } from "./Operations.ts"
import type { Quirks } from "./Quirks.ts"

/**
 * The names of the protocols.
 */
export const protocolNames = [
  "openai-chat",
  "openai-responses",
  "openai-completions",
  "anthropic-messages",
  "cohere",
  "ollama",
  "bedrock-converse",
  "gemini",
  "gemini-interactions"
] as const

/**
 * The name of a protocol.
 *
 * @category models
 * @since 0.1.0
 */
export type ProtocolName = typeof protocolNames[number]

/**
 * The identity of a program at a cloud, which authorizes requests where no key is set: a token of Entra ID or of
 * Google, or a signature with AWS credentials. The services `EntraIdentity`, `GoogleIdentity` and `AwsIdentity` provide
 * it.
 *
 * @category models
 * @since 0.1.0
 */
export type CloudIdentity =
  & {
    /**
     * Environment variables of which any one shows that an identity is present. There are others, such as a metadata
     * server or a file in the home directory, that are found only on use.
     */
    readonly env: ReadonlyArray<string>
  }
  & (
    | {
      /** A token of Microsoft Entra ID. */
      readonly type: "entra"
      /** The scope of the token. */
      readonly scope: string
    }
    | {
      /** A token of Google Cloud. */
      readonly type: "google"
      /** The scopes of the token. */
      readonly scopes: ReadonlyArray<string>
    }
    | {
      /** A signature with AWS credentials (Signature Version 4). */
      readonly type: "aws"
      /** The AWS service that the signature is for, such as `bedrock`. */
      readonly service: string
    }
  )

/**
 * A part of a provider's addresses that differs between accounts: a region, a project, a resource.
 *
 * @category models
 * @since 0.1.0
 */
export interface AddressVariable {
  /** The environment variables that hold the value, in order of priority. */
  readonly env: ReadonlyArray<string>
  /** The value where none is set. Default: none; a provider without a value that it needs is not offered. */
  readonly default?: string | undefined
  /** Whether the value is needed only where no key is set. Default `false`. */
  readonly neededWithoutKey?: boolean | undefined
}

/**
 * The wire format of a list of models: the shape of an entry, and how further pages are requested.
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
 * The endpoint at which a provider lists its models.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelsEndpoint extends Endpoint {
  /** The wire format of the list. */
  readonly wireFormat: ModelListWireFormat
}

/**
 * The cheapest request that succeeds only with a valid key: a GET of something about the key or the models, or a POST
 * of the shortest possible prompt.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckCall extends Endpoint {
  /** The JSON body of a POST. Default: none; the request is a GET. */
  readonly body?: Schema.JsonObject | undefined
}

/**
 * What follows from the environment variable that a key was found in.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyVariable {
  /**
   * Whether the variable is also set for other programs, so that it does not select the provider for a model without a
   * provider's name. Default `false`.
   */
  readonly isAmbient?: boolean | undefined
  /** How the key is sent. Default: the provider's way. */
  readonly auth?: AuthStyle | undefined
  /** Values of address variables, over those of the environment; `undefined` for no value. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * The end of a service, after which its own address is no longer called.
 *
 * @category models
 * @since 0.2.0
 */
export interface EndOfService {
  /** The day, as `2026-07-30`. */
  readonly date: string
  /** What to use instead, as a sentence without a full stop. */
  readonly replacement: string
}

/**
 * A host that a provider no longer uses.
 *
 * @category models
 * @since 0.2.0
 */
export interface FormerHost {
  /** The host, as in a URL. */
  readonly host: string
  /** The day on which it ended, as `2026-09-30`. */
  readonly date: string
}

/**
 * A provider.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderDefinition extends OperationBindings {
  /** The id, as in `id/model`. */
  readonly id: string
  /** The name for people. */
  readonly name: string
  /** Other names that are accepted for the id. */
  readonly aliases: ReadonlyArray<string>
  /** The address of the provider's API reference. */
  readonly documentation: string
  /** The end of the provider's service: it is called only where a base URL is given. Default: it has not ended. */
  readonly ended?: EndOfService | undefined
  /** Hosts of the provider that have ended, for a warning where a base URL names one. Default: none. */
  readonly formerHosts?: ReadonlyArray<FormerHost> | undefined
  /** The base URL, which may contain address variables; `undefined` where every user has another one. */
  readonly baseUrl: string | undefined
  /**
   * Other paths under which the provider has what is under that of `baseUrl`, such as `/v1`: a base URL of the user's
   * may end with one. Default: none.
   */
  readonly otherBasePaths?: ReadonlyArray<string> | undefined
  /** Other base URLs for certain values of an address variable. Default: none. */
  readonly baseUrlBy?:
    | {
      /** The name of the variable. */
      readonly variable: string
      /** The base URLs by value. */
      readonly urls: Readonly<Record<string, string>>
    }
    | undefined
  /** The address variables by name. Default: none. */
  readonly variables?: Readonly<Record<string, AddressVariable>> | undefined
  /**
   * The protocols in order of preference: the first that serves the model is used. Empty for a provider without chat.
   */
  readonly protocols: ReadonlyArray<ProtocolBinding>
  /** Where the models are listed. Default: nowhere. */
  readonly models?: ModelsEndpoint | undefined
  /**
   * Whether the names of models are chosen by those who deploy them, so that nothing follows from a name. Default
   * `false`.
   */
  readonly deployments?: boolean | undefined
  /** How the key is sent. */
  readonly auth: AuthStyle
  /** The identity that authorizes requests where no key is set. Default: none. */
  readonly identity?: CloudIdentity | undefined
  /** The environment variables that hold the key, in order of priority. */
  readonly keyEnv: ReadonlyArray<string>
  /** What follows from the environment variable that the key was found in. Default: nothing. */
  readonly byKey?: Readonly<Record<string, KeyVariable>> | undefined
  /** Values of address variables by the beginning of the key, over those of the environment. Default: none. */
  readonly byKeyPrefix?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined
  /** The environment variables that hold the base URL, in order of priority. */
  readonly baseUrlEnv: ReadonlyArray<string>
  /**
   * The path that the SDK of a variable of `baseUrlEnv` appends to its value, by variable. A value that ends with the
   * path is complete. Default: none; the value is the base URL.
   */
  readonly appendedTo?: Readonly<Record<string, string>> | undefined
  /** Whether a base URL may be a host alone. Default `false`. */
  readonly bareHosts?: boolean | undefined
  /** Whether the provider can be used without a key. */
  readonly keyOptional: boolean
  /** The headers of every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Further headers of every request, with the environment variables that hold their values, in order of priority. */
  readonly headerEnv: Readonly<Record<string, ReadonlyArray<string>>>
  /** The response header with the provider's own id of a request. */
  readonly requestIdHeader: string
  /** The request that shows whether a key is valid. */
  readonly check: CheckCall
  /** The named differences from the protocols. */
  readonly quirks: Quirks
}

/**
 * A protocol that a provider speaks, with its address.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProtocolBinding extends Endpoint {
  /** The protocol. */
  readonly protocol: ProtocolName
  /** The path of requests whose response is not streamed. Default: `path`. */
  readonly wholePath?: string | undefined
}
