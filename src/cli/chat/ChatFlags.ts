/**
 * The values of the flags of `sluice chat`.
 */
import type { TargetFlags } from "../call/TargetFlags.ts"
import type { RequestFlags } from "./RequestFlags.ts"
import type { ToolFlags } from "./tools/ToolFlags.ts"

/** The flags and arguments of `sluice chat`. */
export interface ChatFlags extends TargetFlags, RequestFlags, ToolFlags {
  /** `--protocol`: the name of a protocol; default: the provider's first for the model. */
  readonly protocol: string | undefined
  /** `--system`: instructions to the model; default: none. */
  readonly system: string | undefined
  /**
   * The words of the prompt; `-` or none where stdin is piped: the prompt is stdin. None on a terminal: a conversation.
   */
  readonly prompt: ReadonlyArray<string>
}
