/**
 * Schemas of tools and outputs in the shapes that public servers of tools have, with values that are valid under them.
 */
import type { Dialect } from "./Check.ts"
import type { Json, JsonObject } from "./Validate.ts"

export interface Entry {
  readonly name: string
  readonly schema: JsonObject
  readonly samples: ReadonlyArray<Json>
  /** The dialects that cannot take it. */
  readonly refusedBy: ReadonlyArray<Dialect>
}

const entry = (
  name: string,
  schema: JsonObject,
  samples: ReadonlyArray<Json>,
  refusedBy: ReadonlyArray<Dialect> = []
): Entry => ({ name, schema, samples, refusedBy })

const s: JsonObject = { type: "string" }
const n: JsonObject = { type: "number" }
const i: JsonObject = { type: "integer" }
const b: JsonObject = { type: "boolean" }
const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: "string", description, ...more })
const oneOf = (...values: ReadonlyArray<Json>): JsonObject => ({ type: "string", enum: values })
const a = (items: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "array", items, ...more })
const map = (values: Json): JsonObject => ({ type: "object", additionalProperties: values })

/** An object whose properties with a `?` after the name are optional. */
const o = (properties: JsonObject, more: JsonObject = {}): JsonObject => {
  const required = Object.keys(properties).filter((name) => !name.endsWith("?"))
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ""), schema])
    ),
    ...(required.length === 0 ? {} : { required }),
    ...more
  }
}

const closed = { additionalProperties: false }
const draft7 = { $schema: "http://json-schema.org/draft-07/schema#" }
const draft2020 = { $schema: "https://json-schema.org/draft/2020-12/schema" }

/** The dialects that enforce closed objects. */
const strict: ReadonlyArray<Dialect> = ["openai", "groq", "anthropic", "bedrock"]
/** The dialects that cannot take a schema that contains itself. */
const flat: ReadonlyArray<Dialect> = ["anthropic", "bedrock", "gemini"]
const all: ReadonlyArray<Dialect> = [...strict, "gemini", "gemini-json", "moonshot"]

const position = { type: "array", items: [i, i], minItems: 2, maxItems: 2 }

const files: ReadonlyArray<Entry> = [
  entry("read_file", o({ path: text("Where the file is"), "head?": i, "tail?": i }, { ...closed, ...draft7 }), [
    { path: "/a" },
    { path: "/a", head: 3 },
    { path: "/a", head: 3, tail: 4 }
  ]),
  entry("read_files", o({ paths: a(s, { minItems: 1 }) }, draft7), [{ paths: ["a", "b"] }]),
  entry("write_file", o({ path: s, content: s, "mode?": oneOf("w", "a", "") }), [{ path: "a", content: "", mode: "" }]),
  entry(
    "edit_file",
    o({
      path: s,
      edits: a(o({ oldText: text("Text to find"), newText: s }, closed)),
      "dryRun?": { type: "boolean", default: false, description: "Only show the difference" }
    }),
    [{ path: "a", edits: [{ oldText: "x", newText: "y" }] }, { path: "a", edits: [], dryRun: true }]
  ),
  entry("list_directory", o({ path: s, "sortBy?": { ...oneOf("name", "size"), default: "name" } }), [
    { path: "/", sortBy: "size" },
    { path: "/" }
  ]),
  entry("directory_tree", o({ path: s, "excludePatterns?": a(s, { default: [] }) }), [{
    path: "/",
    excludePatterns: ["a"]
  }]),
  entry("move_file", o({ source: s, destination: s }, closed), [{ source: "a", destination: "b" }]),
  entry(
    "search_files",
    o({
      pattern: { type: "string", minLength: 1, maxLength: 200 },
      "limit?": { type: "integer", minimum: 1, maximum: 100 }
    }),
    [
      { pattern: "x", limit: 5 }
    ]
  ),
  entry("file_info", o({ path: s, "follow?": { type: ["boolean", "null"] } }), [{ path: "a", follow: null }, {
    path: "a"
  }]),
  entry("roots", { type: "object" }, [{}]),
  entry("roots_closed", { type: "object", properties: {}, additionalProperties: false, ...draft2020 }, [{}]),
  entry("permissions", o({ path: s, "mode?": { type: "string", pattern: "^[0-7]{3,4}$" } }), [{
    path: "a",
    mode: "644"
  }]),
  entry(
    "watch",
    o({ paths: a(s, { uniqueItems: true, maxItems: 5 }), "events?": a(oneOf("add", "change", "unlink")) }),
    [
      { paths: ["a"], events: ["add"] }
    ]
  ),
  entry(
    "tree_result",
    {
      ...draft7,
      definitions: {
        Entry: o({ name: s, type: oneOf("file", "directory"), "children?": a({ $ref: "#/definitions/Entry" }) })
      },
      type: "object",
      properties: { root: { $ref: "#/definitions/Entry" } },
      required: ["root"]
    },
    [{ root: { name: "a", type: "directory", children: [{ name: "b", type: "file" }] } }],
    flat
  )
]

const git: ReadonlyArray<Entry> = [
  entry("git_status", { title: "GitStatus", ...o({ repo_path: { title: "Repo Path", type: "string" } }) }, [{
    repo_path: "/r"
  }]),
  entry("git_log", {
    title: "GitLog",
    ...o({
      repo_path: { title: "Repo Path", type: "string" },
      "max_count?": { title: "Max Count", type: "integer", default: 10 },
      "start?": { title: "Start", anyOf: [s, { type: "null" }], default: null, description: "From when" }
    })
  }, [{ repo_path: "/r", max_count: 1, start: null }, { repo_path: "/r", start: "2020" }]),
  entry("git_commit", o({ message: text("What changed", { minLength: 1 }), "files?": a(s), "amend?": b }), [{
    message: "x"
  }]),
  entry("git_branch", o({ name: text("Name", { pattern: "^(?!-)[\\w/.-]+$" }), "base?": s }), [{ name: "main" }]),
  entry("git_show", o({ revision: s, "paths?": { anyOf: [s, a(s)] } }), [{ revision: "HEAD", paths: "a" }, {
    revision: "HEAD",
    paths: ["a"]
  }]),
  entry(
    "git_diff",
    o({ "target?": s, context_lines: { type: "integer", exclusiveMinimum: -1, exclusiveMaximum: 100 } }),
    [
      { context_lines: 3 }
    ]
  ),
  entry("git_blame", o({ path: s, "range?": position }), [{ path: "a", range: [1, 9] }, { path: "a" }]),
  entry("git_config", o({ values: map(s) }), [{ values: { "user.name": "A" } }, { values: {} }]),
  entry(
    "git_rebase",
    o({
      onto: s,
      steps: a({
        oneOf: [
          o({ action: { const: "pick" }, commit: s }),
          o({ action: { const: "squash" }, commit: s, "message?": s }),
          o({ action: { const: "exec" }, command: s })
        ]
      })
    }),
    [{ onto: "main", steps: [{ action: "pick", commit: "a" }, { action: "exec", command: "b" }] }]
  ),
  entry(
    "git_commit_result",
    o({
      sha: { type: "string", pattern: "^[0-9a-f]{40}$" },
      at: { type: "string", format: "date-time" },
      author: o({ name: s, email: { type: "string", format: "email" } }),
      stats: o({ additions: i, deletions: i }, closed)
    }),
    [{
      sha: "a".repeat(40),
      at: "2020-01-01T00:00:00Z",
      author: { name: "a", email: "a@b.c" },
      stats: { additions: 1, deletions: 0 }
    }]
  ),
  entry(
    "git_graph",
    {
      $defs: { Commit: o({ sha: s, parents: a({ $ref: "#/$defs/Commit" }) }) },
      ...o({ head: { $ref: "#/$defs/Commit" } })
    },
    [{ head: { sha: "a", parents: [{ sha: "b", parents: [] }] } }],
    flat
  )
]

const browser: ReadonlyArray<Entry> = [
  entry("navigate", o({ url: text("The address", { format: "uri" }), "timeout?": { type: "number", minimum: 0 } }), [{
    url: "http://a"
  }]),
  entry(
    "click",
    o({ element: s, ref: s, "button?": oneOf("left", "right", "middle"), "modifiers?": a(oneOf("Alt", "Shift")) }),
    [
      { element: "a", ref: "b", modifiers: ["Alt"] }
    ]
  ),
  entry("click_at", { anyOf: [o({ selector: s }), o({ x: n, y: n })] }, [{ selector: "#a" }, { x: 1, y: 2 }]),
  entry("gesture", {
    oneOf: [
      o({ kind: { const: "tap" }, at: position }),
      o({ kind: { const: "swipe" }, from: position, to: position, "duration?": n }),
      o({ kind: { const: "type" }, text: s })
    ]
  }, [{ kind: "tap", at: [1, 2] }, { kind: "swipe", from: [0, 0], to: [1, 1] }, { kind: "type", text: "a" }]),
  entry("select", o({ ref: s, values: a(s, { minItems: 1, maxItems: 1 }) }), [{ ref: "a", values: ["b"] }]),
  entry(
    "screenshot",
    o({
      "format?": { ...oneOf("png", "jpeg"), default: "png" },
      "quality?": { type: "integer", minimum: 0, maximum: 100 },
      "clip?": o({ x: n, y: n, width: n, height: n }),
      "fullPage?": b
    }),
    [{}, { format: "png", clip: { x: 0, y: 0, width: 1, height: 1 } }]
  ),
  entry("evaluate", o({ function: s, "arg?": {} }), [{ function: "a", arg: { x: [1] } }], strict),
  entry(
    "cookies",
    o({ cookies: a(o({ name: s, value: s, "sameSite?": oneOf("Strict", "Lax", "None"), "expires?": n })) }),
    [
      { cookies: [{ name: "a", value: "b", expires: 1 }] }
    ]
  ),
  entry(
    "headers",
    o({ headers: { type: "object", patternProperties: { "^[a-z-]+$": s }, additionalProperties: false } }),
    [
      { headers: { accept: "a" } }
    ]
  ),
  entry("wait", o({ "time?": n, "text?": s, "textGone?": s }, { minProperties: 1 }), [{ time: 1 }]),
  entry("tabs", o({ action: oneOf("list", "new", "close"), "index?": i }), [{ action: "close", index: 1 }]),
  entry(
    "fill_form",
    o({
      fields: a(o({ name: s, type: oneOf("textbox", "checkbox"), value: { oneOf: [s, b] } }))
    }),
    [{ fields: [{ name: "a", type: "checkbox", value: true }, { name: "b", type: "textbox", value: "c" }] }]
  ),
  entry("drag", o({ path: a({ type: "array", prefixItems: [n, n], items: false, minItems: 2, maxItems: 2 }) }), [{
    path: [[1, 2], [3, 4.5]]
  }]),
  entry("viewport", o({ size: { type: "array", prefixItems: [i, i, oneOf("px", "rem")], minItems: 2, maxItems: 3 } }), [
    { size: [1, 2] },
    { size: [1, 2, "px"] }
  ]),
  entry(
    "page_snapshot",
    {
      $defs: { Node: o({ role: s, "name?": s, "children?": a({ $ref: "#/$defs/Node" }) }, closed) },
      $ref: "#/$defs/Node"
    },
    [{ role: "a", children: [{ role: "b", name: "c" }] }],
    flat
  )
]

const scalar = { type: ["string", "number", "boolean", "null"] }
const condition = {
  $defs: {
    Condition: {
      anyOf: [
        o({ field: s, op: oneOf("eq", "ne", "lt"), value: scalar }),
        o({ and: a({ $ref: "#/$defs/Condition" }) }),
        o({ or: a({ $ref: "#/$defs/Condition" }) })
      ]
    }
  }
}

const database: ReadonlyArray<Entry> = [
  entry("query", o({ sql: s, "params?": a(scalar) }), [{ sql: "a", params: ["b", 1, true, null] }]),
  entry("insert", o({ table: s, rows: a(map(scalar), { minItems: 1 }) }), [{ table: "a", rows: [{ x: 1, y: null }] }]),
  entry("upsert", o({ table: s, row: map({}) }), [{ table: "a", row: { x: [1] } }], strict),
  entry(
    "document",
    o({ collection: s, document: { type: "object" } }),
    [{ collection: "a", document: { x: 1 } }],
    strict
  ),
  entry("filter", { ...condition, ...o({ where: { $ref: "#/$defs/Condition" } }) }, [
    { where: { and: [{ field: "a", op: "eq", value: 1 }, { or: [] }] } }
  ], flat),
  entry(
    "sort",
    o({ sort: a({ type: "array", items: [s, { enum: ["asc", "desc"] }], additionalItems: false, minItems: 2 }) }),
    [
      { sort: [["a", "asc"]] }
    ]
  ),
  entry(
    "page",
    o({
      "limit?": { type: "integer", minimum: 1, maximum: 1000, default: 50 },
      "cursor?": { type: "string", nullable: true }
    }),
    [
      { cursor: null },
      { limit: 2 }
    ]
  ),
  entry(
    "create_table",
    o({
      name: s,
      columns: a(
        o({ name: s, type: oneOf("int", "text"), "nullable?": b, "default?": { type: ["string", "number", "null"] } })
      )
    }),
    [{ name: "a", columns: [{ name: "b", type: "int", default: null }, { name: "c", type: "text", nullable: true }] }]
  ),
  entry("vector_search", o({ vector: a(n, { minItems: 3, maxItems: 3 }), "k?": i, "filter?": map(s) }), [
    { vector: [1, 2, 3], filter: { a: "b" } }
  ]),
  entry(
    "aggregate",
    o({ stages: a({ anyOf: [o({ match: map(s) }), o({ limit: i }), o({ group: o({ by: a(s) }) })] }) }),
    [
      { stages: [{ match: { a: "b" } }, { limit: 1 }, { group: { by: ["c"] } }] }
    ]
  ),
  entry("redis_set", o({ key: s, value: { anyOf: [s, n] }, "ttl?": { type: "integer", exclusiveMinimum: 0 } }), [
    { key: "a", value: 1, ttl: 5 },
    { key: "a", value: "b" }
  ]),
  entry("key_ranges", o({ ranges: map({ type: "array", prefixItems: [n, n], minItems: 2, maxItems: 2 }) }), [{
    ranges: { a: [1, 2] }
  }]),
  entry("nested_maps", o({ counts: map(map(i)) }), [{ counts: { a: { b: 1 }, c: {} } }]),
  entry(
    "explain_result",
    {
      $defs: { Plan: o({ node: s, cost: n, "plans?": a({ $ref: "#/$defs/Plan" }) }) },
      ...o({ plan: { $ref: "#/$defs/Plan", description: "The root" } })
    },
    [{ plan: { node: "a", cost: 1, plans: [{ node: "b", cost: 2 }] } }],
    flat
  ),
  entry("column", o({ name: s, kind: { const: "column" }, version: { const: 2 }, flag: { const: true } }), [
    { name: "a", kind: "column", version: 2, flag: true }
  ])
]

const when = {
  type: "object",
  properties: {
    dateTime: { type: "string", format: "date-time" },
    date: { type: "string", format: "date" },
    timeZone: s
  }
}

const calendar: ReadonlyArray<Entry> = [
  entry(
    "create_event",
    o({
      summary: s,
      start: when,
      end: when,
      "attendees?": a(o({ email: { type: "string", format: "email" }, "optional?": b })),
      "reminders?": o({ useDefault: b, "overrides?": a(o({ method: oneOf("email", "popup"), minutes: i })) })
    }),
    [{
      summary: "a",
      start: { date: "2020-01-01" },
      end: { dateTime: "2020-01-01T00:00:00Z", timeZone: "UTC" },
      reminders: { useDefault: true }
    }]
  ),
  entry("create_event_either", {
    ...o({ summary: s, "start?": s, "duration?": s, "end?": s }),
    anyOf: [{ required: ["start", "end"] }, { required: ["start", "duration"] }]
  }, [{ summary: "a", start: "b", end: "c" }, { summary: "a", start: "b", duration: "d" }]),
  entry(
    "slot",
    o({
      day: { type: "string", format: "date" },
      from: { type: "string", format: "time" },
      length: { type: "string", format: "duration" }
    }),
    [
      { day: "2020-01-01", from: "10:00:00Z", length: "PT1H" }
    ]
  ),
  entry(
    "recurrence",
    o({
      rule: {
        oneOf: [
          o({ every: { const: "day" }, interval: i }),
          o({ every: { const: "week" }, days: a({ type: "integer", enum: [1, 2, 3, 4, 5, 6, 7] }) })
        ]
      }
    }),
    [{ rule: { every: "day", interval: 2 } }, { rule: { every: "week", days: [1, 7] } }]
  ),
  entry("free_busy", o({ calendars: map(o({ busy: a(o({ start: s, end: s })) })) }), [{
    calendars: { a: { busy: [{ start: "b", end: "c" }] } }
  }]),
  entry("respond", o({ id: s, status: { enum: ["accepted", "declined", null] } }), [{ id: "a", status: null }, {
    id: "a",
    status: "accepted"
  }]),
  entry("remind", o({ in: { anyOf: [{ type: "integer", minimum: 1 }, { type: "string", pattern: "^\\d+[mhd]$" }] } }), [
    { in: 5 },
    { in: "5m" }
  ]),
  entry(
    "weekly",
    o({
      hours: { type: "object", patternProperties: { "^(mon|tue|wed)$": a(position) }, additionalProperties: false }
    }),
    [
      { hours: { mon: [[9, 12]] } }
    ]
  ),
  entry(
    "event_id",
    o({ id: { type: "string", format: "uuid" }, "etag?": { type: "string", minLength: 2, maxLength: 64 } }),
    [
      { id: "00000000-0000-4000-8000-000000000000" }
    ]
  )
]

const point = o({
  lat: { type: "number", minimum: -90, maximum: 90 },
  lng: { type: "number", minimum: -180, maximum: 180 }
})
const place = { anyOf: [text("An address"), point] }

const maps: ReadonlyArray<Entry> = [
  entry("geocode", o({ address: s, "bounds?": { type: "array", items: point, minItems: 2, maxItems: 2 } }), [{
    address: "a",
    bounds: [{ lat: 1, lng: 2 }, { lat: 3, lng: 4 }]
  }]),
  entry("directions", {
    definitions: { place },
    ...o({
      from: { $ref: "#/definitions/place" },
      to: { $ref: "#/definitions/place", description: "Where to" },
      "via?": a({ $ref: "#/definitions/place" })
    })
  }, [{ from: "a", to: { lat: 1, lng: 2 }, via: ["b"] }]),
  entry(
    "places",
    o({
      location: { oneOf: [point, s] },
      "radius?": { type: "number", exclusiveMinimum: 0, maximum: 50000 },
      "types?": a(oneOf("cafe", "bar"))
    }),
    [
      { location: { lat: 1, lng: 2 }, types: ["bar"] },
      { location: "a", radius: 1.5 }
    ]
  ),
  entry("elevation", o({ locations: a({ type: "array", items: [n, n], minItems: 2, maxItems: 2 }) }), [{
    locations: [[1.5, 2]]
  }]),
  entry(
    "geometry",
    o({
      geometry: {
        anyOf: [
          o({
            type: { const: "Point" },
            coordinates: { type: "array", prefixItems: [n, n], minItems: 2, maxItems: 2 }
          }),
          o({
            type: { const: "LineString" },
            coordinates: a({ type: "array", prefixItems: [n, n], minItems: 2, maxItems: 2 })
          })
        ]
      }
    }),
    [{ geometry: { type: "Point", coordinates: [1, 2] } }, {
      geometry: { type: "LineString", coordinates: [[1, 2], [3, 4]] }
    }]
  ),
  entry(
    "weather",
    o({ "city?": s, "position?": point, "units?": { ...oneOf("metric", "imperial"), default: "metric" } }),
    [{}, { city: "a" }]
  ),
  entry(
    "weather_result",
    o({
      temperature: n,
      wind: { type: "array", prefixItems: [n, oneOf("N", "S")], minItems: 2, maxItems: 2 },
      hourly: a(n, { minItems: 1 })
    }),
    [
      { temperature: 1, wind: [2, "N"], hourly: [1] }
    ]
  ),
  entry("route_with_rest", o({ stops: { type: "array", prefixItems: [s, i], items: n, minItems: 2 } }), [{
    stops: ["a", 1, 2.5, 3]
  }, { stops: ["a", 1] }])
]

const issue = {
  title: text("A short title", { maxLength: 256 }),
  "body?": { type: ["string", "null"] },
  "labels?": a(s)
}

const tracker: ReadonlyArray<Entry> = [
  entry("create_issue", o({ owner: s, repo: s, ...issue }), [{ owner: "a", repo: "b", title: "c", body: null }]),
  entry("update_issue", {
    allOf: [o({ number: i }), { type: "object", properties: { state: oneOf("open", "closed"), title: s } }]
  }, [{ number: 1, state: "open" }, { number: 1, title: "a" }]),
  entry(
    "search_issues",
    o({
      q: s,
      "sort?": oneOf("comments", "created", "updated", ""),
      "per_page?": { type: "number", minimum: 1, maximum: 100 }
    }),
    [
      { q: "a", sort: "" },
      { q: "a", sort: "created", per_page: 2 }
    ]
  ),
  entry("assign", o({ number: i, assignee: { anyOf: [s, a(s), { type: "null" }] } }), [{ number: 1, assignee: null }, {
    number: 1,
    assignee: ["a"]
  }]),
  entry("custom_fields", o({ summary: s }, { additionalProperties: { type: ["string", "number", "null"] } }), [{
    summary: "a",
    x: 1,
    y: null
  }, { summary: "a" }]),
  entry("custom_fields_pattern", o({ summary: s }, { patternProperties: { "^customfield_": s } }), [{
    summary: "a",
    customfield_1: "b"
  }]),
  entry("transition", o({ id: { type: ["string", "integer"] }, "comment?": s }), [{ id: 1 }, {
    id: "a",
    comment: "b"
  }]),
  entry("link", o({ type: { enum: ["blocks", "relates"], description: "How" }, from: s, to: s }), [{
    type: "blocks",
    from: "a",
    to: "b"
  }]),
  entry(
    "review",
    o({
      event: oneOf("APPROVE", "COMMENT"),
      "comments?": a({
        anyOf: [o({ path: s, position: i, body: s }), o({ path: s, line: i, body: s, "side?": oneOf("LEFT", "RIGHT") })]
      })
    }),
    [{ event: "APPROVE" }, {
      event: "COMMENT",
      comments: [{ path: "a", line: 1, body: "b", side: "LEFT" }, { path: "a", position: 2, body: "c" }]
    }]
  ),
  entry(
    "comment",
    {
      $defs: { Comment: o({ body: s, "replies?": a({ $ref: "#/$defs/Comment" }) }) },
      allOf: [{ $ref: "#/$defs/Comment" }]
    },
    [{ body: "a", replies: [{ body: "b" }] }],
    flat
  ),
  entry("board", o({ columns: map(a(i)) }), [{ columns: { todo: [1, 2] } }]),
  entry("milestone", o({ title: s, "due_on?": { type: "string", format: "date-time", nullable: true } }), [{
    title: "a",
    due_on: null
  }]),
  entry("priority", o({ level: { type: "integer", enum: [1, 2, 3] }, "weight?": { enum: [0.5, 1] } }), [{
    level: 2,
    weight: 0.5
  }]),
  entry("mixed_enum", o({ value: { enum: ["a", 1, true, null] } }), [{ value: "a" }, { value: 1 }, { value: true }, {
    value: null
  }]),
  entry("structured_enum", o({ range: { enum: [{ from: 1, to: 2 }, { from: 2, to: 3 }] } }), [{
    range: { from: 2, to: 3 }
  }]),
  entry("list_enum", o({ pair: { const: ["a", 1] } }), [{ pair: ["a", 1] }]),
  entry("dependent", o({ "card?": s, "address?": s }, { dependentRequired: { card: ["address"] } }), [{
    card: "a",
    address: "b"
  }, {}]),
  entry(
    "conditional",
    o(
      { kind: oneOf("a", "b"), "x?": s },
      Object.fromEntries(
        ["if", "then"].map((
          keyword,
          index
        ) => [keyword, index === 0 ? { properties: { kind: { const: "a" } } } : { required: ["x"] }])
      )
    ),
    [
      { kind: "a", x: "b" }
    ]
  ),
  entry("negated", o({ name: { type: "string", not: { enum: ["root"] } } }), [{ name: "a" }]),
  entry("unrelated_keywords", o({ name: { type: "string", properties: { x: s }, required: ["x"], minimum: 3 } }), [{
    name: "a"
  }])
]

/** One property in every spelling and with every keyword that some dialect does not have. */
const keywords: ReadonlyArray<readonly [string, JsonObject, Json, ReadonlyArray<Dialect>?]> = [
  ["min_length", { type: "string", minLength: 2 }, "ab"],
  ["max_length", { type: "string", maxLength: 2 }, "ab"],
  ["pattern", { type: "string", pattern: "^a+$" }, "aa"],
  ["pattern_ahead", { type: "string", pattern: "^(?=a)" }, "a"],
  ["pattern_behind", { type: "string", pattern: "(?<=a)b" }, "ab"],
  ["untyped_pattern", { pattern: "^a" }, "a"],
  ["untyped_minimum", { minimum: 2 }, 3],
  ["untyped_properties", { properties: { x: s } }, { x: "a" }],
  ["untyped_items", { items: s }, ["a"]],
  ...[
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
    "uri",
    "uri-reference",
    "regex",
    "binary",
    "byte",
    "password"
  ]
    .map((format) => [`format_${format.replaceAll("-", "_")}`, { type: "string", format }, "a"] as const),
  ["format_int32", { type: "integer", format: "int32" }, 1],
  ["format_double", { type: "number", format: "double" }, 1.5],
  ["minimum", { type: "integer", minimum: 1 }, 1],
  ["maximum", { type: "number", maximum: 1 }, 0.5],
  ["exclusive", { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 3 }, 2],
  ["exclusive_draft_4", { type: "number", minimum: 0, exclusiveMinimum: true }, 2],
  ["multiple", { type: "number", multipleOf: 0.5 }, 1.5],
  ["safe_integer", { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 2],
  ["min_items", a(s, { minItems: 2 }), ["a", "b"]],
  ["max_items", a(s, { maxItems: 2 }), ["a"]],
  ["unique", a(s, { uniqueItems: true }), ["a"]],
  ["contains", a(s, { contains: { const: "a" } }), ["a"]],
  ["unevaluated", a(s, { unevaluatedItems: false }), ["a"]],
  ["no_items", { type: "array" }, [1, "a"], strict],
  ["items_true", { type: "array", items: true }, [1], strict],
  ["tuple_7", { type: "array", items: [s, b], additionalItems: false, minItems: 2 }, ["a", true]],
  ["tuple_2020", { type: "array", prefixItems: [s, b], items: false, minItems: 2 }, ["a", true]],
  ["tuple_rest_7", { type: "array", items: [s], additionalItems: n, minItems: 1 }, ["a", 1, 2]],
  ["tuple_optional", { type: "array", prefixItems: [s, n, b], minItems: 1, maxItems: 3 }, ["a", 1]],
  ["tuple_null", { type: "array", prefixItems: [{ type: ["string", "null"] }, n], minItems: 2, maxItems: 2 }, [
    null,
    1
  ]],
  ["tuple_of_maps", { type: "array", prefixItems: [map(n), s], minItems: 2, maxItems: 2 }, [{ a: 1 }, "b"]],
  ["empty_tuple", { type: "array", items: s, maxItems: 0 }, []],
  ["property_names", { ...map(s), propertyNames: { pattern: "^a" } }, { a: "b" }],
  ["min_properties", { ...map(s), minProperties: 1 }, { a: "b" }],
  ["max_properties", { ...map(s), maxProperties: 1 }, {}],
  ["map_of_unions", map({ anyOf: [s, map(n)] }), { a: "b", c: { d: 1 } }],
  ["map_of_objects", map(o({ x: s, "y?": n })), { a: { x: "b" }, c: { x: "d", y: 1 } }],
  ["named_and_map", { ...o({ x: s }), additionalProperties: n }, { x: "a", y: 1 }],
  ["two_patterns", { type: "object", patternProperties: { "^a": s, "^b": n }, additionalProperties: false }, {
    a: "x",
    b: 1
  }],
  ["null_only", { type: "null" }, null],
  ["nullable", { type: "string", nullable: true }, null],
  ["nullable_enum", { type: "string", enum: ["a"], nullable: true }, null],
  ["nullable_object", { ...o({ x: s }), nullable: true }, { x: "a" }],
  ["nullable_reference", { nullable: true, allOf: [o({ x: s })] }, { x: "a" }],
  ["types_null", { type: ["integer", "null"], minimum: 1 }, null],
  ["types_number", { type: ["integer", "number"] }, 1.5],
  ["types_structures", { type: ["object", "array"], properties: { x: s }, items: n }, [1]],
  ["union_of_three", { anyOf: [s, n, b], title: "T", description: "D" }, true],
  ["union_nested", { anyOf: [{ anyOf: [s, { type: "null" }] }, { oneOf: [n, b] }] }, null],
  ["union_of_one", { anyOf: [o({ x: s })] }, { x: "a" }],
  ["union_of_equal", { anyOf: [s, s] }, "a"],
  ["union_of_constants", { oneOf: [{ const: "a" }, { const: "b" }] }, "b"],
  ["union_described_constants", { oneOf: [{ const: "a", description: "A" }, { const: "b", description: "B" }] }, "b"],
  ["union_typed", { type: "string", anyOf: [{ minLength: 3 }, { pattern: "^a" }] }, "ab"],
  ["union_and_union", { anyOf: [s, n], oneOf: [{ type: "string" }, b] }, "a"],
  ["union_of_lists", { anyOf: [a(s), a(n)] }, [1, 2]],
  ["union_of_tuple_and_map", { anyOf: [{ type: "array", prefixItems: [s, n], minItems: 2, maxItems: 2 }, map(s)] }, [
    "a",
    1
  ]],
  ["union_of_map_and_tuple", { anyOf: [{ type: "array", prefixItems: [s, n], minItems: 2, maxItems: 2 }, map(s)] }, {
    a: "b"
  }],
  ["union_with_false", { anyOf: [s, false] }, "a"],
  ["all_bounds", { allOf: [{ type: "integer", minimum: 1 }, { maximum: 5 }] }, 3],
  // Nothing is valid under it, but it is how some write what has the properties of both.
  ["no_value_closed", { allOf: [o({ x: s }, closed), o({ y: n }, closed)] }, null],
  ["all_patterns", { type: "string", allOf: [{ pattern: "^a" }, { pattern: "b$" }] }, "ab"],
  ["all_same_property", { allOf: [o({ x: { type: ["string", "number"] } }), o({ x: { type: "string" } })] }, {
    x: "a"
  }],
  ["default", { type: "string", default: "x" }, "a"],
  ["examples", { type: "string", examples: ["x"] }, "a"],
  ["comment", { type: "string", $comment: "x", deprecated: true, readOnly: true, "x-order": 1 }, "a"],
  ["encoded", { type: "string", contentEncoding: "base64", contentMediaType: "image/png" }, "a"],
  ["true_schema", {}, { x: 1 }, strict],
  ["const_null", { const: null }, null],
  ["const_number", { const: 3, description: "three" }, 3],
  ["enum_one", { type: "string", enum: ["a"] }, "a"],
  ["enum_booleans", { type: "boolean", enum: [true, false] }, false],
  ["enum_foreign", { type: "string", enum: ["a", 1, null] }, "a"],
  ["enum_empty_text", { enum: [""] }, ""],
  ["enum_repeated", { type: "string", enum: ["a", "a", "b"] }, "b"],
  ["names_of_keywords", o({ type: s, $ref: s, enum: s, properties: o({ items: s }), required: b }), {
    type: "a",
    $ref: "b",
    enum: "c",
    properties: { items: "d" },
    required: true
  }],
  ["deep", Array.from({ length: 7 }).reduce<JsonObject>((inner) => o({ next: inner }), s), {
    next: { next: { next: { next: { next: { next: { next: "a" } } } } } }
  }],
  ["too_deep", Array.from({ length: 12 }).reduce<JsonObject>((inner) => o({ "next?": inner }), s), { next: {} }, [
    "openai",
    "groq"
  ]],
  ["no_value", { allOf: [s, n] }, null, ["openai", "groq", "anthropic", "bedrock", "gemini", "gemini-json"]],
  ["never", { not: {} }, null, []],
  ["many_values", { type: "string", enum: Array.from({ length: 1_001 }, (_, index) => `v${index}`) }, "v5", [
    "openai",
    "groq"
  ]],
  [
    "long_values",
    { type: "string", enum: Array.from({ length: 300 }, (_, index) => `${index}`.padStart(60, "v")) },
    "0".padStart(60, "v"),
    ["openai", "groq"]
  ]
]

const ofKeywords: ReadonlyArray<Entry> = keywords.flatMap(([name, schema, sample, refusedBy]) => {
  const required = o({ value: schema })
  return name === "never"
    ? [entry("optional_never", o({ "value?": schema, x: s }), [{ x: "a" }])]
    : [entry(`required_${name}`, required, name.startsWith("no_value") ? [] : [{ value: sample }], refusedBy)]
})

/** The same properties where they may be absent, for the keywords in which that makes a difference. */
const optional: ReadonlyArray<Entry> = keywords.slice(0, 30).map(([name, schema, sample, refusedBy]) =>
  entry(`optional_${name}`, o({ "value?": schema, "other?": s }), [{}, { value: sample }], refusedBy)
)

const many = (count: number, schema: JsonObject): JsonObject =>
  o(Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}?`, schema])))

const roots: ReadonlyArray<Entry> = [
  entry("array_root", a(s), [], all),
  entry("text_root", s, [], all),
  entry("union_with_text_root", { anyOf: [o({ x: s }), s] }, [], all),
  entry("map_root", map(n), [{ a: 1 }]),
  entry("conflicting_union_root", { anyOf: [o({ x: s }), o({ x: n })] }, [{ x: "a" }, { x: 1 }]),
  entry("union_root_nested", {
    anyOf: [{ oneOf: [o({ k: { const: 1 } }), o({ k: { const: 2 }, y: s })] }, o({ k: { const: 3 } })]
  }, [
    { k: 1 },
    { k: 2, y: "a" }
  ]),
  entry("union_root_references", {
    $defs: { A: o({ type: { const: "a" }, x: s }), B: o({ type: { const: "b" }, "y?": n }) },
    oneOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }],
    description: "One of two"
  }, [{ type: "a", x: "b" }, { type: "b" }, { type: "b", y: 1 }]),
  entry("reference_root", { $ref: "#/definitions/A", definitions: { A: o({ x: s }) } }, [{ x: "a" }]),
  entry("reference_to_root", o({ name: s, "child?": { $ref: "#" } }), [{ name: "a", child: { name: "b" } }], flat),
  entry("reference_to_property", o({ "a?": o({ x: s }), "b?": { $ref: "#/properties/a" } }), [{ b: { x: "c" } }]),
  entry("reference_to_nothing", o({ x: { $ref: "#/$defs/None" } }), [], all),
  entry("reference_outside", o({ x: { $ref: "https://example.com/schema.json" } }), [], all),
  entry("reference_with_escapes", { $defs: { "a/b c": s }, ...o({ x: { $ref: "#/$defs/a~1b c" } }) }, [{ x: "a" }]),
  entry("reference_to_reference", { $defs: { A: { $ref: "#/$defs/B" }, B: n }, ...o({ x: { $ref: "#/$defs/A" } }) }, [{
    x: 1
  }]),
  entry("reference_to_itself", { $defs: { A: { $ref: "#/$defs/A" } }, ...o({ x: { $ref: "#/$defs/A" } }) }, [], flat),
  entry("required_unnamed", { type: "object", properties: { x: s }, required: ["x", "y"] }, [], strict),
  entry("requires_never", { type: "object", properties: { x: false }, required: ["x"] }, [], all),
  entry(
    "other_properties_taken",
    { ...o({ otherProperties: s }), additionalProperties: n },
    [{ otherProperties: "a" }],
    [...strict, "gemini"]
  ),
  entry("many_optional", many(23, s), [{ p1: "a" }]),
  entry("too_many_optional", many(24, s), [{ p1: "a" }], ["anthropic"]),
  entry("many_unions", many(15, { anyOf: [s, n] }), [{ p1: "a", p2: 3 }]),
  entry("too_many_unions", many(16, { anyOf: [s, n] }), [{ p1: "a" }], ["anthropic"]),
  entry("too_many_properties", many(5_001, s), [], ["openai", "groq", "anthropic"]),
  entry("boolean_schemas", { type: "object", properties: { no: false, x: s }, required: ["x"] }, [{ x: "a" }])
]

/** The schemas. */
export const corpus: ReadonlyArray<Entry> = [
  ...files,
  ...git,
  ...browser,
  ...database,
  ...calendar,
  ...maps,
  ...tracker,
  ...ofKeywords,
  ...optional,
  ...roots
]
