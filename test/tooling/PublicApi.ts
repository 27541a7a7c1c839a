/**
 * Finds the public declarations of a package, and those of them that lack a comment or a tag.
 *
 * Public is what the entry points of the package export, directly or from another module.
 */
import { readdirSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import {
  isArrowFunction,
  isCallExpression,
  isClassDeclaration,
  isExportDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isHeritageClause,
  isIdentifier,
  isImportDeclaration,
  isInterfaceDeclaration,
  isNamedExports,
  isNamedImports,
  isNamespaceImport,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeLiteralNode,
  isVariableStatement,
  type Node,
  type SourceFile,
  SyntaxKind
} from "typescript/unstable/ast"
import { API } from "typescript/unstable/sync"

/** The names that a module exports to users of the package; `undefined` for all. */
type Names = ReadonlySet<string> | undefined

/** What is missing, each as `file:line: sentence`. */
export interface Gaps {
  /** Members, and exports, without a comment. */
  readonly comments: ReadonlyArray<string>
  /** Exports without `@since`, and modules that have a tag and are not public. */
  readonly tags: ReadonlyArray<string>
  /** How many members were looked at. */
  readonly members: number
  /** How many modules are public. */
  readonly modules: number
}

const trivia = (file: SourceFile, node: Node): string =>
  /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(file.text.slice(node.pos))?.[0] ?? ""

const comment = (file: SourceFile, node: Node): string =>
  [...trivia(file, node).matchAll(/\/\*\*[\s\S]*?\*\//g)].at(-1)?.[0] ?? ""

const isExported = (node: Node): boolean =>
  "modifiers" in node && Array.isArray(node.modifiers) &&
  node.modifiers.some((modifier: Node) => modifier.kind === SyntaxKind.ExportKeyword)

/** The names that a statement declares. */
const declared = (statement: Node): ReadonlyArray<string> => {
  if (isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => isIdentifier(name) ? [name.text] : [])
  }
  if (
    isInterfaceDeclaration(statement) || isTypeAliasDeclaration(statement) || isClassDeclaration(statement) ||
    isFunctionDeclaration(statement)
  ) {
    return statement.name === undefined ? [] : [statement.name.text]
  }
  return []
}

class Package {
  readonly #root: string
  readonly #sourceFile: (path: string) => SourceFile | undefined
  readonly #public = new Map<string, Names>()
  readonly #comments = new Set<string>()
  readonly #tags = new Set<string>()
  readonly #counted = new Set<string>()

  constructor(root: string, sourceFile: (path: string) => SourceFile | undefined) {
    this.#root = root
    this.#sourceFile = sourceFile
  }

  gaps(entries: ReadonlyArray<string>, sources: string): Gaps {
    for (const entry of entries) this.#visit(join(this.#root, entry), undefined)
    for (const [path, names] of this.#public) this.#checkModule(path, names)
    for (const name of readdirSync(join(this.#root, sources), { recursive: true, encoding: "utf8" })) {
      const path = join(this.#root, sources, name)
      const file = name.endsWith(".ts") && !this.#public.has(path) ? this.#sourceFile(path) : undefined
      const tag = file === undefined ? null : /@(?:since|category)\b/.exec(file.text)
      if (file !== undefined && tag !== null) this.#report(this.#tags, file, tag.index, `${tag[0]} is not for users`)
    }
    return {
      comments: [...this.#comments].toSorted(),
      tags: [...this.#tags].toSorted(),
      members: this.#counted.size,
      modules: this.#public.size
    }
  }

  #report(to: Set<string>, file: SourceFile, position: number, sentence: string): void {
    const line = file.text.slice(0, position).split("\n").length
    to.add(`${relative(this.#root, file.fileName)}:${line}: ${sentence}`)
  }

  #start(file: SourceFile, node: Node): number {
    return node.pos + trivia(file, node).length
  }

  /** Marks names of a module as public, and follows those that it takes from other modules. */
  #visit(path: string, names: Names): void {
    const file = this.#sourceFile(path)
    if (file === undefined) return
    const known = this.#public.get(path)
    const isKnown = this.#public.has(path) &&
      (known === undefined || [...names ?? [""]].every((name) => known.has(name)))
    if (isKnown) return
    this.#public.set(path, known === undefined || names === undefined ? names : new Set([...known, ...names]))
    for (const statement of file.statements) {
      if (!isExportDeclaration(statement)) continue
      const clause = statement.exportClause
      const target = statement.moduleSpecifier
      if (clause !== undefined && isNamedExports(clause)) {
        for (const { name, propertyName } of clause.elements) {
          if (names !== undefined && !names.has(name.text)) continue
          const original = (propertyName ?? name).text
          if (target === undefined) this.#visitImported(file, original)
          else this.#visitModule(file, target, new Set([original]))
        }
      } else if (target !== undefined) this.#visitModule(file, target, clause === undefined ? names : undefined)
    }
  }

  #visitModule(file: SourceFile, specifier: Node, names: Names): void {
    if (isStringLiteral(specifier) && specifier.text.startsWith(".")) {
      this.#visit(join(dirname(file.fileName), specifier.text), names)
    }
  }

  #visitImported(file: SourceFile, local: string): void {
    const found = importOf(file, local)
    if (found !== undefined)
      this.#visitModule(file, found.specifier, found.name === undefined ? undefined : new Set([found.name]))
  }

  #checkModule(path: string, names: Names): void {
    const file = this.#sourceFile(path)
    if (file === undefined) return
    for (const statement of file.statements) {
      if (!isExported(statement)) continue
      const own = declared(statement)
      if (names !== undefined && !own.some((name) => names.has(name))) continue
      const text = comment(file, statement)
      const start = this.#start(file, statement)
      if (text === "") this.#report(this.#comments, file, start, `${own.join()} has no comment`)
      if (!text.includes("@since")) this.#report(this.#tags, file, start, `${own.join()} has no @since`)
      this.#check(file, statement)
    }
  }

  #require(file: SourceFile, member: Node): void {
    const start = this.#start(file, member)
    this.#counted.add(`${file.fileName}:${start}`)
    if (comment(file, member) !== "") return
    const name = /^(?:(?:readonly|static|get|declare)\s+)*(\[[^\]]*\]|"[^"]*"|[\w$]+)/.exec(file.text.slice(start))?.[1]
    this.#report(this.#comments, file, start, `${name ?? "the member"} has no comment`)
  }

  /** Looks at the types and schemas of a declaration, and not at the bodies of functions. */
  #check(file: SourceFile, node: Node): void {
    if (isInterfaceDeclaration(node) || isTypeLiteralNode(node)) {
      for (const member of node.members) this.#require(file, member)
    } else if (isClassDeclaration(node)) {
      this.#checkClass(file, node)
    } else if (isCallExpression(node) && isSchemaOfFields(node.expression)) {
      for (const argument of node.arguments) this.#checkFields(file, argument)
    }
    node.forEachChild((child) => {
      const isBody = (isArrowFunction(node) || isFunctionExpression(node) || isFunctionDeclaration(node)) &&
        child === node.body
      if (!isBody && child.kind !== SyntaxKind.Block) this.#check(file, child)
    })
  }

  #checkClass(file: SourceFile, node: Node): void {
    node.forEachChild((child) => {
      const start = this.#start(file, child)
      const isMember = child.kind === SyntaxKind.PropertyDeclaration || child.kind === SyntaxKind.MethodDeclaration ||
        child.kind === SyntaxKind.GetAccessor
      const isHidden = /^(?:#|\[|private |protected |override |readonly #|static #|toJSON\()/.test(
        file.text.slice(start)
      )
      if (isMember && !isHidden && !isHeritageClause(child)) this.#require(file, child)
    })
  }

  #checkFields(file: SourceFile, fields: Node): void {
    if (!isObjectLiteralExpression(fields)) return
    for (const field of fields.properties) {
      if (isPropertyAssignment(field) || isShorthandPropertyAssignment(field)) this.#require(file, field)
      else if (isSpreadAssignment(field) && isIdentifier(field.expression))
        this.#checkSpread(file, field.expression.text)
    }
  }

  /** Looks at fields that are a constant of this module, or of one that it imports. */
  #checkSpread(file: SourceFile, name: string): void {
    const found = importOf(file, name)
    if (found !== undefined && isStringLiteral(found.specifier) && found.name !== undefined) {
      const other = this.#sourceFile(join(dirname(file.fileName), found.specifier.text))
      if (other !== undefined) this.#checkSpread(other, found.name)
      return
    }
    for (const statement of file.statements) {
      if (!isVariableStatement(statement)) continue
      for (const { initializer, name: own } of statement.declarationList.declarations) {
        if (isIdentifier(own) && own.text === name && initializer !== undefined) this.#checkFields(file, initializer)
      }
    }
  }
}

/** Finds the import of a name: the module, and the name there; `undefined` for all of the module. */
const importOf = (
  file: SourceFile,
  local: string
): { readonly specifier: Node; readonly name: string | undefined } | undefined => {
  for (const statement of file.statements) {
    if (!isImportDeclaration(statement)) continue
    const bindings = statement.importClause?.namedBindings
    const specifier = statement.moduleSpecifier
    if (bindings === undefined) continue
    if (isNamespaceImport(bindings) && bindings.name.text === local) return { specifier, name: undefined }
    const element = isNamedImports(bindings) ? bindings.elements.find(({ name }) => name.text === local) : undefined
    if (element !== undefined) return { specifier, name: (element.propertyName ?? element.name).text }
  }
  return undefined
}

/** Whether a call makes a schema of the fields that it is given. */
const isSchemaOfFields = (callee: Node): boolean => {
  if (isCallExpression(callee)) return isSchemaOfFields(callee.expression)
  return isPropertyAccessExpression(callee) &&
    /^(?:Struct|TaggedStruct|Class|TaggedClass|Error|ErrorClass|TaggedError|TaggedErrorClass)$/.test(callee.name.text)
}

/**
 * Finds the gaps in the documentation of a package: its project file, its entry points, and the folder of its sources.
 */
export const gapsOf = (root: string, project: string, entries: ReadonlyArray<string>, sources: string): Gaps => {
  const api = new API({ cwd: root })
  try {
    const path = join(root, project)
    const program = api.updateSnapshot({ openProject: path }).getProject(path)?.program
    const files = new Map<string, SourceFile | undefined>()
    return new Package(root, (name) => {
      if (!files.has(name)) files.set(name, program?.getSourceFile(name))
      return files.get(name)
    }).gaps(entries, sources)
  } finally {
    api.close()
  }
}
