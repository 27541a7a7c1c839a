/**
 * The table of providers.
 *
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as Anthropic from "./definitions/Anthropic.ts"
import * as OpenAi from "./definitions/OpenAi.ts"
import * as OpenAiCompatible from "./definitions/OpenAiCompatible.ts"
import * as Vllm from "./definitions/Vllm.ts"

/**
 * Every provider that Sluice knows by name.
 *
 * @category models
 * @since 0.1.0
 */
export const definitions: ReadonlyArray<ProviderDefinition> = [
  OpenAi.definition,
  Anthropic.definition,
  Vllm.definition,
  OpenAiCompatible.definition
]
