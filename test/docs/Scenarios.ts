/**
 * What the simulated provider returns to the program of each guide.
 */
import { Scenario } from "sluice/testing"

const texts = (...all: ReadonlyArray<string>): Scenario.Scenario =>
  Scenario.script(...all.map((text) => ({ parts: [Scenario.text(text)], usage: { input: 9, output: 7 } })))

const overloadedOnce = Scenario.script({
  parts: [Scenario.text("Air scatters blue light more than red.")],
  faults: [{ _tag: "ProviderError", kind: "overloaded", on: [1] }]
})

/** The scenario of each page. */
export const scenarios: Readonly<Record<string, Scenario.Scenario>> = {
  "conversations.md": texts("The opera house.", "Take the tram to the harbour."),
  "effect-ai.md": Scenario.script(
    { parts: [Scenario.toolCall("weather", { city: "Oslo" }, "call_1")] },
    { parts: [Scenario.text("It is 12 degrees in Oslo.")] },
    { parts: [Scenario.text(JSON.stringify({ name: "Oslo", founded: 1048 }))] }
  ),
  "first-call.md": texts("Air scatters blue light more than red.", "By evening the blue is gone."),
  "images-and-files.md": texts("A red pixel, and a harbour."),
  "prompt-caching.md": Scenario.script(
    { parts: [Scenario.text("With the green button.")], usage: { input: 3020, output: 5, cacheWrite: 3000 } },
    { parts: [Scenario.text("With the red one.")], usage: { input: 3020, output: 5, cached: 3000 } }
  ),
  "reasoning.md": Scenario.script({
    parts: [{ _tag: "Reasoning", summary: ["391 is 17 times 23."] }, Scenario.text("No.")],
    usage: { input: 9, output: 12, reasoning: 9 }
  }),
  "retries-and-budgets.md": overloadedOnce,
  "server-route.md": texts("Air scatters blue light more than red."),
  "settings.md": overloadedOnce,
  "spans-and-logs.md": overloadedOnce,
  "structured-output.md": texts(JSON.stringify({ name: "Ada Lovelace", born: 1815, nick: null })),
  "tool-loop.md": Scenario.script(
    {
      parts: [
        Scenario.toolCall("weather", { city: "Oslo" }, "call_1"),
        Scenario.toolCall("weather", { city: "Atlantis" }, "call_2")
      ]
    },
    { parts: [Scenario.text("It is 12 degrees in Oslo.")] }
  ),
  "tools.md": Scenario.script(
    { parts: [Scenario.toolCall("weather", { city: "Oslo" }, "call_1")] },
    { parts: [Scenario.text("It is 12 degrees in Oslo.")] }
  ),
  "troubleshooting.md": Scenario.script({
    parts: [Scenario.text("Never sent.")],
    faults: [{ _tag: "ProviderError", kind: "authentication" }]
  })
}

/** The scenario of the programs of other libraries: a text, a tool call with its result, and a record. */
export const migration: Scenario.Scenario = Scenario.script(
  { parts: [Scenario.text("Air scatters blue light more than red.")] },
  { parts: [Scenario.toolCall("weather", { city: "Oslo" }, "call_1")] },
  { parts: [Scenario.text("It is 12 degrees in Oslo.")] },
  { parts: [Scenario.text(JSON.stringify({ name: "Oslo", founded: 1048 }))] }
)
