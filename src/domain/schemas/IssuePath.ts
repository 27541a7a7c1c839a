/**
 * Writes the paths of schema issues without what a model wrote.
 */
import type * as JsonSchema from "effect/JsonSchema"
import * as SchemaIssue from "effect/SchemaIssue"

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Writes the path of the first issue, behind that of the value. The names that models choose are a part of their
 * output, and not written.
 */
export const pathOf = (issue: SchemaIssue.Issue, document: JsonSchema.JsonSchema, root = "$"): string => {
  const known = JSON.stringify(document)
  const path = formatIssue(issue).issues[0]?.path ?? []
  return path.reduce<string>((before, segment) => {
    const key = typeof segment === "object" ? segment.key : segment
    if (typeof key === "number") return `${before}[${key}]`
    return `${before}.${known.includes(JSON.stringify(String(key))) ? String(key) : "*"}`
  }, root)
}
