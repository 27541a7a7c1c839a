/**
 * The kinds of texts by which JSON parsers are told apart: those that every parser accepts, those that none accepts,
 * and those that the standard leaves open, for which `JSON.parse` decides.
 */
import { assert, describe, it } from "@effect/vitest"
import { PartialJson } from "sluice"

type Kind = readonly [what: string, text: string]

const accepted: ReadonlyArray<Kind> = [
  ["an empty array", "[]"],
  ["an empty object", "{}"],
  ["spaces of all four kinds around everything", " \t\r\n[ \n1 , \t{ \"a\" : 2 } ]\r\n "],
  ["spaces in empty containers", "[ { \n } , [\t] ]"],
  ["a number alone", "42"],
  ["a negative number alone", "-0.1"],
  ["a text alone", "\"x\""],
  ["an empty text alone", "\"\""],
  ["a literal alone", "null"],
  ["zero and minus zero", "[0,-0]"],
  ["an exponent of either case and sign", "[1e2,1E2,1e+2,1E-2,0e1]"],
  ["a fraction with an exponent", "[123.456e78]"],
  [
    "many digits behind the point",
    "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000000001]"
  ],
  ["literals between numbers", "[true,1,false,2,null]"],
  ["an empty key", "{\"\":0}"],
  ["a key again with the same value", "{\"a\":\"b\",\"a\":\"b\"}"],
  ["a key again with another value", "{\"a\":\"b\",\"a\":[1]}"],
  ["a null character in a key, escaped", "{\"a\\u0000b\":1}"],
  ["keys that objects have of their own", "{\"__proto__\":1,\"constructor\":2,\"toString\":3}"],
  ["every short escape", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"],
  ["escapes of either case", "[\"\\u00E9\\u00e9\\uABCD\\uabcd\"]"],
  ["an escaped surrogate pair", "[\"\\uD834\\uDD1E\"]"],
  ["two escaped pairs in a row", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"],
  ["a backslash before a u that is no escape", "[\"\\\\u0041\"]"],
  ["characters that JavaScript takes for line ends", "[\"\u2028\u2029\"]"],
  ["a delete character", "[\"\u007f\"]"],
  ["characters that are no characters", "[\"\uffff\ufdd0\u{10ffff}\"]"],
  ["a mark of byte order within a text", "[\"\ufeff\"]"],
  ["comments within a text", "[\"/*x*/ //y\"]"],
  ["containers of containers", "[[[[{\"a\":[[],{}]}]]]]"],
  ["a long text", `["${"x".repeat(10_000)}"]`],
  ["128 levels", "[".repeat(128) + "]".repeat(128)]
]

const refused: ReadonlyArray<Kind> = [
  ["nothing", ""],
  ["spaces alone", " \n"],
  ["an array that is not closed", "[1"],
  ["an array that is not closed behind a comma", "[1,"],
  ["an object that is not closed", "{\"a\":1"],
  ["an object without a value", "{\"a\":"],
  ["an object without a colon", "{\"a\" 1}"],
  ["two colons", "{\"a\"::1}"],
  ["a key without a value", "{\"a\"}"],
  ["a key of another kind", "{1:1}"],
  ["a key without quotes", "{a:1}"],
  ["a key in single quotes", "{'a':1}"],
  ["a comma before anything", "[,1]"],
  ["a comma too many", "[1,,2]"],
  ["a comma behind the last element", "[1,]"],
  ["a comma behind the last property", "{\"a\":1,}"],
  ["a comma alone", "[,]"],
  ["elements without a comma", "[1 2]"],
  ["texts without a comma", "[\"a\" \"b\"]"],
  ["a colon in an array", "[\"a\":1]"],
  ["the bracket of the other kind", "[1}"],
  ["a bracket too many", "[1]]"],
  ["two values", "1 2"],
  ["a value and a comment", "[1]//x"],
  ["a comment inside", "[1/*x*/]"],
  ["a closing bracket alone", "]"],
  ["a plus before a number", "[+1]"],
  ["two signs", "[--1]"],
  ["a sign alone", "[-]"],
  ["a sign before a space", "[- 1]"],
  ["a zero before digits", "[012]"],
  ["a zero before digits, negative", "[-012]"],
  ["no digit before the point", "[.5]"],
  ["no digit behind the point", "[1.]"],
  ["no digit between the point and the exponent", "[1.e1]"],
  ["no digit in the exponent", "[1e]"],
  ["a sign alone in the exponent", "[1e+]"],
  ["two exponents", "[1e2e3]"],
  ["two points", "[1.2.3]"],
  ["hexadecimal digits", "[0x1F]"],
  ["digits of another script", "[１]"],
  ["infinity and what is no number", "[Infinity]"],
  ["NaN", "[NaN]"],
  ["a number with letters behind it", "[1a]"],
  ["a number with a space in it", "[1 000]"],
  ["a literal that is not whole", "[tru]"],
  ["a literal in capitals", "[True]"],
  ["a literal with more behind it", "[nulls]"],
  ["undefined", "[undefined]"],
  ["a text without its end", "[\"a"],
  ["a text that ends with its escape", "[\"\\\"]"],
  ["an escape that does not exist", "[\"\\a\"]"],
  ["an escape by x", "[\"\\x41\"]"],
  ["an escape with too few digits", "[\"\\u00A\"]"],
  ["an escape with a letter that is no digit", "[\"\\u00G0\"]"],
  ["half of an escaped pair, and the other cut", "[\"\\uD834\\uDd\"]"],
  ["a line end in a text", "[\"a\nb\"]"],
  ["a tab in a text", "[\"\t\"]"],
  ["a null character in a text", "[\"\u0000\"]"],
  ["a null character between values", "[1\u0000]"],
  ["a space of another kind", "[\u00a01]"],
  ["a form feed", "[\u000c1]"],
  ["a text in single quotes", "['a']"],
  ["a text without quotes", "[a]"],
  ["an escape outside a text", "[\\u0031]"],
  ["angle brackets", "<[]>"],
  ["a dot alone", "."]
]

const open: ReadonlyArray<Kind> = [
  ["a number beyond all numbers", "[1e9999,-1e9999]"],
  ["a number below all numbers", "[1e-9999]"],
  ["an integer beyond exact ones", "[100000000000000000000,-123123123123123123123]"],
  ["an exponent of many digits", "[0.4e00669999999999999999999999999999]"],
  ["half of an escaped pair", "[\"\\uD800\"]"],
  ["the halves of a pair in the wrong order", "[\"\\uDd1e\\uD834\"]"],
  ["half of a pair before a character", "[\"\\ud800abc\"]"],
  ["two first halves", "[\"\\uD800\\uD800\\n\"]"],
  ["half of a pair that is not escaped", "[\"\ud800\"]"],
  ["a mark of byte order before the value", "\ufeff[]"]
]

const parse = (text: string, size: number): unknown => {
  const parser = PartialJson.make()
  for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size))
  return parser.end()
}

const parsed = (text: string): readonly [unknown] | undefined => {
  try {
    return [JSON.parse(text)]
  } catch {
    return undefined
  }
}

const sizes = [1, 2, 3, 7, 100_000]

describe("PartialJson", () => {
  it.each(accepted)("accepts %s", (_, text) => {
    for (const size of sizes) assert.deepStrictEqual(parse(text, size), JSON.parse(text))
  })

  it.each(refused)("refuses %s", (_, text) => {
    assert.isUndefined(parsed(text))
    for (const size of sizes) assert.throws(() => parse(text, size), PartialJson.PartialJsonError)
  })

  it.each(open)("does as JSON.parse does with %s", (_, text) => {
    const expected = parsed(text)
    for (const size of sizes) {
      if (expected === undefined) assert.throws(() => parse(text, size), PartialJson.PartialJsonError)
      else assert.deepStrictEqual(parse(text, size), expected[0])
    }
  })
})
