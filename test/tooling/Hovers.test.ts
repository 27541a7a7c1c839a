/**
 * What an editor shows on hover, and a type error prints, is the name of a type and not its structure.
 */
import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Node, SyntaxKind } from "typescript/unstable/ast"
import { API } from "typescript/unstable/sync"

const root = join(import.meta.dirname, "../..")

/** Values of the public types, with the type that a hover over each shows. */
const hovers: ReadonlyArray<readonly [expression: string, type: string]> = [
  ["ChatModel.stream(request)", "Stream<ResponseEvent, CompletionError, ChatModel>"],
  ["ChatModel.complete(request)", "Effect<Completion, CompletionError, ChatModel>"],
  [
    "Embeddings.embed({ model: \"m\", inputs: [] })",
    "Effect<EmbeddingResponse<Float32Array<ArrayBufferLike>>, ExchangeError, Embeddings>"
  ],
  ["ModelRegistry.get(\"m\")", "Effect<ModelInfo, ConfigurationError, ModelRegistry>"],
  ["completion.usage", "TokenUsage | null"],
  ["completion.toolCalls", "readonly ToolCall[]"],
  ["completion.rateLimits", "RateLimitSnapshot | null"],
  ["Completion.fromEvents([])", "Completion"],
  ["events[0]", "ResponseEvent | undefined"],
  ["item", "ResponseItem"],
  ["error", "CompletionError"],
  ["TokenUsage.zero", "TokenUsage"]
]

const source = `import {
  ChatModel, Completion, type CompletionError, type CompletionRequest, Embeddings, ModelRegistry, type ResponseEvent,
  type ResponseItem, TokenUsage
} from "sluice"

declare const request: CompletionRequest.CompletionRequestInput
declare const completion: Completion.Completion
declare const events: ReadonlyArray<ResponseEvent.ResponseEvent>
declare const item: ResponseItem.ResponseItem
declare const error: CompletionError

${hovers.map(([expression], index) => `export const probe${index} = ${expression}`).join("\n")}

// Events and items are plain objects.
export const created: ResponseEvent.ResponseEvent = { _tag: "Created", responseId: null, model: null }
export const message: ResponseItem.ResponseItem = { _tag: "Message", content: [{ _tag: "Refusal", refusal: "No." }] }
export const usage: TokenUsage.TokenUsage = { ...TokenUsage.zero, inputTokens: 1 }
`

/** Returns the types of the exported constants of a program by name, and what its compiler complains of. */
const typesOf = (
  code: string
): { readonly types: ReadonlyMap<string, string>; readonly problems: ReadonlyArray<string> } => {
  const folder = mkdtempSync(join(root, "test/.hovers-"))
  const file = join(folder, "Probe.ts")
  const config = join(folder, "tsconfig.json")
  writeFileSync(file, code)
  writeFileSync(config, JSON.stringify({ extends: "../../tsconfig.json", include: ["Probe.ts"] }))
  const api = new API({ cwd: folder })
  try {
    const project = api.updateSnapshot({ openProject: config }).getProject(config)
    assert.isDefined(project)
    const { checker, program } = project
    const types = new Map<string, string>()
    const visit = (node: Node): void => {
      if (node.kind === SyntaxKind.VariableDeclaration && "name" in node) {
        const type = checker.getTypeAtLocation(node)
        const name = /\w+/.exec(code.slice(node.pos))?.[0] ?? ""
        if (type !== undefined) types.set(name, checker.typeToString(type))
      }
      node.forEachChild(visit)
    }
    const sourceFile = program.getSourceFile(file)
    if (sourceFile !== undefined) visit(sourceFile)
    const problems = program.getSemanticDiagnostics(file).map(({ text }) => text)
    return { types, problems }
  } finally {
    api.close()
    rmSync(folder, { recursive: true })
  }
}

describe("the types that users see", () => {
  it("have names", { timeout: 120_000 }, () => {
    const { problems, types } = typesOf(source)
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(
      hovers.map(([expression], index) => [expression, types.get(`probe${index}`)]),
      hovers.map(([expression, type]) => [expression, type])
    )
  })
})
