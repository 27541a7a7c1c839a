/**
 * The completions that most tests of the simulator script.
 */
import type { ScriptedCompletion } from "../../../src/testing/simulator/scenario/ScriptedCompletion.ts"
import type { Fault } from "../../../src/testing/simulator/scenario/Fault.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"

/** Reasoning, text and two tool calls. */
export const richCompletion: ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Let me think.", { summary: ["Thinking."], signature: "sig", encrypted: "enc" }),
    Scenario.text("Hello there"),
    Scenario.toolCall("weather", { city: "Oslo" }, "call_1"),
    Scenario.toolCall("time", {}, "call_2")
  ],
  usage: { input: 100, cached: 60, cacheWrite: 10, output: 20, reasoning: 5 },
  responseId: "id_1",
  model: "model-1"
}

/** Four words. */
export const shortCompletion: ScriptedCompletion = {
  parts: [Scenario.text("One two three four.")],
  usage: { input: 1, output: 4 },
  responseId: "id_2"
}

/** Scripts the short completion with faults. */
export const withFaults = (...faults: ReadonlyArray<Fault>): Scenario.Scenario => ({
  completions: [{ ...shortCompletion, faults }]
})
