/**
 * What the simulated model of `agent.ts` does with each line: it lists the folder, reads a file, and says so.
 */
import { Scenario } from "sluice/testing"

/** The steps, again and again. */
export const agentScenario: Scenario.Scenario = {
  completions: [
    { parts: [Scenario.toolCall("list", { path: "." }, "call_1"), Scenario.toolCall("time", {}, "call_2")] },
    { parts: [Scenario.toolCall("read", { path: "package.json" }, "call_3")] },
    { parts: [Scenario.toolCall("read", { path: "../secret" }, "call_4")] },
    { parts: [Scenario.text("This is simulated: I have listed the folder, and read package.json.")] }
  ],
  repeat: "cycle",
  pace: { timeToFirstTokenMillis: 20, tokensPerSecond: 200, jitter: 0 }
}
