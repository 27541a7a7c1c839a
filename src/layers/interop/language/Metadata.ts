/**
 * The metadata that Sluice adds to the parts of `effect/ai`, by the key `sluice`: what the parts themselves have no
 * place for. The items of a completion are in it as they stand, so that `Prompt.fromResponseParts`, and with it `Chat`,
 * carries them into the next request.
 */
import type { AttemptRecord } from "../../../domain/AttemptRecord.ts"
import type { RateLimitSnapshot } from "../../../domain/RateLimitSnapshot.ts"
import type { Evidence, Warning } from "../../../domain/ResponseEvent.ts"
import type { Citation, InvalidToolCall, ResponseItem } from "../../../domain/ResponseItem.ts"
import type { TokenUsage } from "../../../domain/TokenUsage.ts"

/** The same shape without a class or an interface, as the metadata of `effect/ai` requires. */
export type Plain<A> = A extends object ? { readonly [K in keyof A]: Plain<A[K]> } : A

/** Returns a value of ours, which is JSON as it stands, with the type that the metadata requires. */
export const plain = <A>(value: A): Plain<A> => value as Plain<A>

/**
 * What a piece of a block is: text or a refusal in a message; raw reasoning, its summary, or a plan of tool calls in
 * reasoning.
 *
 * @category models
 * @since 0.2.0
 */
export type PieceKind = "text" | "refusal" | "content" | "summary" | "plan"

/**
 * The metadata of a part of the completion's content.
 *
 * @category models
 * @since 0.2.0
 */
export type ItemMetadata = {
  /** The item that the part was made from, with its signatures, citations and ids. */
  readonly item?: Plain<ResponseItem>
  /** The position of the item in the completion, from 0. */
  readonly index?: number
  /** Whether the text is that of a refusal. Absent where it is not. */
  readonly isRefusal?: boolean
  /** What the block is from this delta on. Absent where that does not change, and in the text of a message. */
  readonly kind?: PieceKind
  /** The position of the piece of reasoning in the item's `content` or `summary`, from 0. Absent where `kind` is. */
  readonly part?: number
}

/**
 * The metadata of a source.
 *
 * @category models
 * @since 0.2.0
 */
export type SourceMetadata = {
  /** The citation, with the provider's own object. */
  readonly citation: Plain<Citation>
}

/**
 * The metadata of the finish.
 *
 * @category models
 * @since 0.2.0
 */
export type FinishMetadata = {
  /** The provider's own name of the finish reason; `null` where it sent none. */
  readonly finishReasonRaw: string | null
  /** The provider's explanation of the finish reason. */
  readonly finishMessage?: string
  /** The signals that proved the completion whole. */
  readonly evidence: ReadonlyArray<Evidence>
  /** The tokens read and written, as Sluice counts them; `null` where the provider reports none. */
  readonly usage: Plain<TokenUsage> | null
  /** The rate limits that the response reports. Absent where it reports none. */
  readonly rateLimits?: Plain<RateLimitSnapshot>
  /** What of the request was left out or changed. Absent where nothing was. */
  readonly warnings?: ReadonlyArray<Plain<Warning>>
  /** The tool calls that must not be run, because their arguments are not JSON. Absent where there are none. */
  readonly invalidToolCalls?: ReadonlyArray<Plain<InvalidToolCall>>
  /** All attempts of the call, in order, where there were several. */
  readonly attempts?: ReadonlyArray<Plain<AttemptRecord>>
  /** How many events, items and choices were not recognized, by name. Absent where all were. */
  readonly unknown?: Readonly<Record<string, number>>
}

declare module "effect/ai/Response" {
  export interface TextPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface TextStartPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface TextDeltaPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface TextEndPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ReasoningPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ReasoningStartPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ReasoningDeltaPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ReasoningEndPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ToolParamsStartPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ToolCallPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface ToolResultPartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface FilePartMetadata extends ProviderMetadata {
    readonly sluice?: ItemMetadata
  }
  export interface UrlSourcePartMetadata extends ProviderMetadata {
    readonly sluice?: SourceMetadata
  }
  export interface DocumentSourcePartMetadata extends ProviderMetadata {
    readonly sluice?: SourceMetadata
  }
  export interface FinishPartMetadata extends ProviderMetadata {
    readonly sluice?: FinishMetadata
  }
}
