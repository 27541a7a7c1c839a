/**
 * Sluice: streaming from large language models, on Effect.
 *
 * Each name is a module; the services, events and errors of daily use are there by their own names too.
 *
 * @since 0.1.0
 */
export type { ChatField, ChatQuirks, ReasoningFields } from "./domain/ChatQuirks.ts"
export * as Completion from "./domain/Completion.ts"
export * as CompletionRequest from "./domain/CompletionRequest.ts"
export * from "./domain/CompletionError.ts"
export type { ErrorCategory } from "./domain/ErrorCategory.ts"
export { FinishReason } from "./domain/FinishReason.ts"
export * as Model from "./domain/Model.ts"
export * as ModelInfo from "./domain/ModelInfo.ts"
export type {
  AddressVariable,
  AuthStyle,
  CheckCall,
  CloudIdentity,
  Endpoint,
  KeyVariable,
  ModelListForm,
  ModelQuirks,
  ModelsEndpoint,
  ProtocolBinding,
  ProtocolName,
  ProviderDefinition,
  Quirks
} from "./domain/ProviderDefinition.ts"
export type * as ProviderFields from "./domain/ProviderFields.ts"
export * as PromptFormat from "./domain/PromptFormat.ts"
export { RateLimitBudget, RateLimitSnapshot, RateLimitWindow } from "./domain/RateLimitSnapshot.ts"
export * as Replay from "./domain/Replay.ts"
export * from "./domain/ResponseEvent.ts"
export * as Item from "./domain/ResponseItem.ts"
export { Citation, ResponseItem } from "./domain/ResponseItem.ts"
export { ResponsePartial } from "./domain/ResponsePartial.ts"
export * as Secrets from "./domain/Secrets.ts"
export { TokenUsage } from "./domain/TokenUsage.ts"
export * as Identity from "./layers/auth/Identity.ts"
export * as HttpChatModel from "./layers/completion/HttpChatModel.ts"
export * as DotEnv from "./layers/DotEnv.ts"
export * as UndiciHttpClient from "./layers/http/UndiciHttpClient.ts"
export * as CheckedChatModel from "./layers/models/CheckedChatModel.ts"
export * as HttpModelListing from "./layers/models/HttpModelListing.ts"
export * as LiveModels from "./layers/models/LiveModels.ts"
export * as Models from "./layers/models/Models.ts"
export * as ConfigCredentials from "./layers/providers/ConfigCredentials.ts"
export * as Configure from "./layers/providers/Configure.ts"
export * as HttpProviderCheck from "./layers/providers/HttpProviderCheck.ts"
export * as KnownProviders from "./layers/providers/Known.ts"
export * as Providers from "./layers/providers/Providers.ts"
export * as ChatModel from "./services/ChatModel.ts"
export { type Credential, Credentials } from "./services/Credentials.ts"
export { type AccessToken, AwsIdentity, EntraIdentity, GoogleIdentity } from "./services/Identities.ts"
export { ModelListing } from "./services/ModelListing.ts"
export { type ModelFilter, ModelRegistry } from "./services/ModelRegistry.ts"
export type { Authorization, Authorizer, Outgoing, Provider } from "./services/Provider.ts"
export * as ProviderCheck from "./services/ProviderCheck.ts"
export { ProviderRegistry } from "./services/ProviderRegistry.ts"
export * as RetryPolicy from "./services/RetryPolicy.ts"
export * as SluiceConfig from "./services/SluiceConfig.ts"
export * as Answer from "./streams/Answer.ts"
export * as Protocols from "./streams/protocols/Protocols.ts"
