/**
 * Where a redirect leads is named by its host alone.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Redirect from "../../../src/streams/response/Redirect.ts"

const to = (host: string) => `status 302 redirects to ${host}, and redirects are not followed`

describe("a redirect", () => {
  it.each([
    { location: "https://other.example/path?key=secret#secret", says: to("https://other.example") },
    { location: "https://user:secret@other.example:8443/", says: to("https://other.example:8443") },
    { location: "http://[::1]:80/v1", says: to("http://[::1]") },
    { location: "//other.example/secret", says: to("other.example") },
    { location: "/secret", says: to("another path of the same host") },
    { location: "secret?secret", says: to("another path of the same host") },
    { location: "", says: to("another path of the same host") },
    { location: "data:text/plain,secret", says: "status 302 redirects to an address without a host" },
    { location: "https://", says: "status 302 redirects to an address without a host" },
    { location: undefined, says: "status 302 is neither a response nor an error" }
  ])("to $location", ({ location, says }) => {
    assert.strictEqual(Redirect.describe(302, location), says)
  })

  it("is none where the status is none of a redirect", () => {
    assert.strictEqual(Redirect.describe(199, "https://other.example"), "status 199 is neither a response nor an error")
  })
})
