/**
 * Finds what decides about the default time limits of a request.
 */
import type { ReasoningOptions } from "../../domain/CompletionRequest.ts"
import { isReasoningModel } from "../../domain/ReasoningModels.ts"
import type { Provider } from "../../services/Provider.ts"
import type { ClockTraits } from "../resilience/Clocks.ts"

const highEfforts: ReadonlySet<string> = new Set(["high", "xhigh", "max"])

/** A budget of reasoning tokens that takes about as long as high effort. */
const highBudget = 16_000

const privateHost =
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|\.(local|localhost|internal)$/i

/** Returns whether a provider is a server of the user's own, on this machine or in a private network. */
export const isLocal = ({ baseUrl, definition }: Provider): boolean =>
  definition.keyOptional || privateHost.test(URL.canParse(baseUrl) ? new URL(baseUrl).hostname : "")

/** Returns the traits of a request. */
export const make = (
  provider: Provider,
  model: string | undefined,
  local: boolean,
  reasoning?: ReasoningOptions
): ClockTraits => ({
  name: `${provider.definition.id}/${model ?? ""}`,
  isLocal: local,
  isReasoning: reasoning?.effort !== "none" &&
    (reasoning !== undefined || (model !== undefined && isReasoningModel(model))),
  isHighEffort: highEfforts.has(reasoning?.effort ?? "") || (reasoning?.budgetTokens ?? 0) >= highBudget
})
