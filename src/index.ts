/**
 * Sluice: streaming from large language models, on Effect.
 *
 * Most names are modules. Services and errors are exported by their own names.
 *
 * @since 0.1.0
 */
export { AttemptRecord } from "./domain/AttemptRecord.ts"
export * as AsyncTool from "./domain/AsyncTool.ts"
export type { ChatField, ChatQuirks, ReasoningFields } from "./domain/ChatQuirks.ts"
export * as Completion from "./domain/Completion.ts"
export type { Circuit, CircuitState, CircuitStatus, CircuitTransition } from "./domain/Circuit.ts"
export type { ConverseQuirks, ModelFamily } from "./domain/ConverseQuirks.ts"
export type { Spending } from "./domain/errors/BudgetErrors.ts"
export * as CompletionRequest from "./domain/CompletionRequest.ts"
export {
  AuthenticationError,
  BudgetExceededError,
  CircuitOpenError,
  CompletionError,
  ConfigurationError,
  ConnectionError,
  ConnectionWaitTimeoutError,
  ConnectTimeoutError,
  ContentFilteredError,
  ContextLengthExceededError,
  DeadlineExceededError,
  FirstEventTimeoutError,
  IncompleteStreamError,
  InvalidRequestError,
  isProviderError,
  MalformedResponseError,
  MalformedStreamError,
  MinimumRateError,
  ModelNotFoundError,
  OverloadedError,
  PermissionDeniedError,
  ProviderError,
  RateLimitedError,
  RateLimitQueueFullError,
  RequestTimeoutError,
  ServerError,
  StreamFailedError,
  StreamIdleTimeoutError,
  UsageLimitReachedError
} from "./domain/CompletionError.ts"
export { type AudioFile } from "./domain/AudioFile.ts"
export type {
  Embedding,
  EmbeddingBatch,
  EmbeddingEncoding,
  EmbeddingInput,
  EmbeddingPurpose,
  EmbeddingRequest,
  EmbeddingResponse,
  Vector,
  VectorOf
} from "./domain/Embedding.ts"
export { EmbeddedPart } from "./domain/EmbeddedPart.ts"
export { ToolFailedError, ToolLoopStoreError } from "./domain/errors/ToolErrors.ts"
export type { ErrorCategory } from "./domain/ErrorCategory.ts"
export { FinishReason } from "./domain/FinishReason.ts"
export type { GeminiQuirks } from "./domain/GeminiQuirks.ts"
export type { HistoryQuirks, ToolIdRule } from "./domain/HistoryQuirks.ts"
export type { MessagesQuirks } from "./domain/MessagesQuirks.ts"
export * as Model from "./domain/Model.ts"
export * as ModelInfo from "./domain/ModelInfo.ts"
export { ExchangeError } from "./domain/OperationError.ts"
export type {
  EmbeddingBinding,
  EmbeddingWireFormat,
  OperationBindings,
  RerankBinding,
  RerankWireFormat,
  SpeechBinding,
  SpeechWireFormat,
  TranscriptionBinding,
  TranscriptionWireFormat
} from "./domain/Operations.ts"
export type { AuthStyle, Endpoint } from "./domain/Endpoint.ts"
export type {
  AddressVariable,
  CheckCall,
  CloudIdentity,
  KeyVariable,
  ModelListWireFormat,
  ModelsEndpoint,
  ProtocolBinding,
  ProtocolName,
  ProviderDefinition
} from "./domain/ProviderDefinition.ts"
export type { ModelRules, ModelRulesRow, ReasoningRule } from "./domain/ModelRules.ts"
export type { ModelQuirks, Quirks } from "./domain/Quirks.ts"
export type * as ProviderFields from "./domain/ProviderFields.ts"
export * as PromptFormat from "./domain/PromptFormat.ts"
export { RateLimitBudget, RateLimitSnapshot, RateLimitWindow } from "./domain/RateLimitSnapshot.ts"
export type {
  RateLimitRule,
  RateLimitScope,
  RateLimitSettings,
  RateLimitStatus,
  RateLimitUse
} from "./domain/RateLimitRule.ts"
export * as Replay from "./domain/Replay.ts"
export type { RankedDocument, RerankDocument, RerankRequest, RerankResponse } from "./domain/Rerank.ts"
export * as ResponseEvent from "./domain/ResponseEvent.ts"
export * as ResponseItem from "./domain/ResponseItem.ts"
export { ResponsePartial } from "./domain/ResponsePartial.ts"
export type { ResponsesQuirks } from "./domain/ResponsesQuirks.ts"
export type { SchemaDialect } from "./domain/SchemaDialect.ts"
export * as Secrets from "./domain/Secrets.ts"
export type { SpeechFormat, SpeechRequest, SpokenText } from "./domain/Speech.ts"
export type { RetrySettings } from "./domain/RetrySettings.ts"
export type { MinimumRate, ModelTimeouts, Timeouts } from "./domain/Timeouts.ts"
export * as StructuredOutput from "./domain/StructuredOutput.ts"
export * as TokenUsage from "./domain/TokenUsage.ts"
export * as ToolCallState from "./domain/ToolCallState.ts"
export {
  Transcript,
  TranscriptCompleted,
  TranscriptDelta,
  type TranscriptFormat,
  TranscriptionEvent,
  type TranscriptionRequest,
  TranscriptSegment,
  TranscriptSegmentDone,
  TranscriptWord
} from "./domain/Transcription.ts"
export * as HttpSpeech from "./layers/audio/HttpSpeech.ts"
export * as HttpTranscription from "./layers/audio/HttpTranscription.ts"
export * as Identity from "./layers/auth/Identity.ts"
export * as HttpProviderCheck from "./layers/check/HttpProviderCheck.ts"
export * as HttpChatModel from "./layers/completion/HttpChatModel.ts"
export * as ConfigCredentials from "./layers/configuration/ConfigCredentials.ts"
export * as Configure from "./layers/configuration/Configure.ts"
export * as DotEnv from "./layers/configuration/DotEnv.ts"
export * as HttpEmbeddings from "./layers/embeddings/HttpEmbeddings.ts"
export * as UndiciHttpClient from "./layers/http/UndiciHttpClient.ts"
export * as AiErrors from "./layers/interop/AiErrors.ts"
export * as EffectEmbeddingModel from "./layers/interop/EffectEmbeddingModel.ts"
export * as EffectLanguageModel from "./layers/interop/EffectLanguageModel.ts"
export * as CheckedChatModel from "./layers/listing/CheckedChatModel.ts"
export * as HttpModelListing from "./layers/listing/HttpModelListing.ts"
export * as LiveModels from "./layers/listing/LiveModels.ts"
export * as Models from "./layers/catalogue/Models.ts"
export * as KnownProviders from "./domain/KnownProviders.ts"
export * as Providers from "./layers/registry/Providers.ts"
export * as ToolLoop from "./layers/tools/ToolLoop.ts"
export * as ToolLoopStore from "./layers/tools/ToolLoopStore.ts"
export * as HttpReranker from "./layers/rerank/HttpReranker.ts"
export { type ApprovalDecision, Approvals } from "./services/Approvals.ts"
export * as Budget from "./services/Budget.ts"
export { CircuitBreakers, type CircuitBreakersOptions } from "./services/CircuitBreakers.ts"
export { ChatModel, type CompleteOptions } from "./services/ChatModel.ts"
export type { ObjectRequest } from "./services/ObjectRequest.ts"
export { type Credential, Credentials } from "./services/Credentials.ts"
export { Embeddings } from "./services/Embeddings.ts"
export { type AccessToken, AwsIdentity, EntraIdentity, GoogleIdentity } from "./services/Identities.ts"
export { ModelListing } from "./services/ModelListing.ts"
export { type ModelFilter, ModelRegistry } from "./services/ModelRegistry.ts"
export type { Authorization, Authorizer, KeyChoice, KeyName, Outgoing, Provider } from "./services/Provider.ts"
export { type Checked, ProviderCheck, type ProviderCheckOptions } from "./services/ProviderCheck.ts"
export { ProviderRegistry, type ResolvedModel } from "./services/ProviderRegistry.ts"
export { RateLimitManager, type RateLimitManagerOptions } from "./services/RateLimitManager.ts"
export { Reranker } from "./services/Reranker.ts"
export * as RetryPolicy from "./services/RetryPolicy.ts"
export * as SluiceConfig from "./services/SluiceConfig.ts"
export { Speech } from "./services/Speech.ts"
export { Transcription } from "./services/Transcription.ts"
export * as ObjectEvent from "./domain/ObjectEvent.ts"
export * as PartialJson from "./streams/json/PartialJson.ts"
export * as Operators from "./streams/operators/Operators.ts"
export * as ToolCalls from "./streams/operators/ToolCalls.ts"
