// Package api answers over HTTP: JSON under /v1, streams of JSON lines, health checks, metrics and an OpenAPI 3.1 document made from
// the types that read requests and write answers. Beside the API stand the pages of the user interface (page_*.go), which show the same
// service; package web draws them.
//
// It promises that every error is an RFC 9457 problem with a code, a request id and the parameters at fault, that a key's scope is
// checked before anything else, and that what it cannot read it refuses instead of guessing. Its errors and logs never hold what customers
// wrote, a query or a key, and it never knows what stores or searches.
//
// The handler sets read and write deadlines of its own, a generous one for plain requests and one that moves with every line for
// streams. The server around it must have ReadHeaderTimeout 5 s, IdleTimeout 120 s and neither ReadTimeout nor WriteTimeout, which
// would cut streams off. Mount it without http.ServeMux in front, which cleans paths: ids hold any character, slashes as %2F.
package api
