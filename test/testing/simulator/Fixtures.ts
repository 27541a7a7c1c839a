/**
 * The answer that most tests of the simulator script.
 */
import type { ScriptedCompletion } from "../../../src/testing/simulator/scenario/ScriptedCompletion.ts"
import type { Fault } from "../../../src/testing/simulator/scenario/Fault.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"

export const answer: ScriptedCompletion = {
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

export const short: ScriptedCompletion = {
  parts: [Scenario.text("One two three four.")],
  usage: { input: 1, output: 4 },
  responseId: "id_2"
}

/** The short answer with something wrong with it. */
export const broken = (...faults: ReadonlyArray<Fault>): Scenario.Scenario => ({ completions: [{ ...short, faults }] })
