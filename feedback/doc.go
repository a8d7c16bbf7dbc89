// Package feedback is the hallway of the house: the words every room shares (Record, Draft, Query, Account, Signal, Error), the
// narrow interfaces of the truth (Store) and of search (Index), and the Service that leads a request through them.
//
// It promises that a record is accepted only when it is durable, that nothing sent is lost without an answer that says so, and that
// search catches up by itself. It never speaks SQL, Bleve or HTTP.
package feedback
