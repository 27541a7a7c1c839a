/**
 * Writes the facts of each provider into its page, `docs/providers/ID.md`, from its definition: keys, addresses,
 * protocols, quirks. The text around them is kept.
 *
 *     npx tsx scripts/providers.ts
 *     npx tsx scripts/providers.ts --check
 *
 * With `--check` it writes nothing, and fails when a page differs from the definition.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Data, Effect, FileSystem, Path } from "effect"
import { Command, Flag } from "effect/cli"
import { KnownProviders } from "sluice"
import * as Page from "./support/ProviderPage.ts"

class PageError extends Data.TaggedError("PageError")<{ readonly message: string }> {}

const write = Effect.fn(function*(folder: string, check: boolean) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const stale: Array<string> = []
  const pages = [
    ...KnownProviders.definitions.map((definition) => ({
      file: path.join(folder, `${definition.id}.md`),
      text: (before: string) => Page.update(before, definition)
    })),
    { file: path.join(folder, "README.md"), text: () => Page.index(KnownProviders.definitions) }
  ]
  for (const { file, text } of pages) {
    const before = (yield* files.exists(file)) ? yield* files.readFileString(file) : ""
    const after = text(before)
    if (after === before) continue
    stale.push(path.basename(file))
    if (!check) yield* files.writeFileString(file, after)
  }
  if (check && stale.length > 0) {
    return yield* new PageError({ message: `${stale.join(", ")} differ from the data: run this without --check` })
  }
  return yield* Console.log(check ? "every page agrees with the data" : `${stale.length} pages written`)
})

const command = Command.make(
  "providers",
  {
    check: Flag.Boolean("check").pipe(Flag.withDescription("Only compare"), Flag.withDefault(false))
  },
  ({ check }) => Effect.flatMap(Path.Path, (path) => write(path.join(import.meta.dirname, "../docs/providers"), check))
)

Command.run(command, { version: "1" }).pipe(
  Effect.tapError((error) => Console.error(`${error._tag}: ${error.message}`)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
