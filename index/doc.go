// Package index is search over feedback: a Bleve (scorch) index on disk, derived from the store's changes.
//
// It promises that everything in it can be thrown away and built again from the truth, that its mark never runs ahead of its
// documents, that damage on disk is found when it is opened and answered by building anew, and that a page of results stays in
// place while others write. It never holds a text (only words, labels and ids), never hands a user's string to a parser of Bleve's,
// and never runs a query longer than its bound.
//
// Bleve writes, merges and persists the segments; this package brings its own words (analysis.go), lays them into fields
// (document.go) and reads the segments as sets of documents: a query is an expression over bitmaps (match.go), so totals and
// facet counts are exact, and only documents that match are ranked (rank.go) or looked at.
//
// See [QueryHelp] for the query language.
package index

// QueryHelp describes the query language to those who type it.
const QueryHelp = `words            all must occur: giao hàng chậm
                 without diacritics finds both: giao hang cham; with them, exact ones come first and other diacritics do not match
                 English words match by their stem: delivery finds deliveries
"a phrase"       these words, in this order
-word, NOT word  must not occur
a OR b           one of them; words side by side bind tighter than OR; ( ) group
giao*            words that begin so; at least 2 characters before the *
shiper~          words at most one letter away; at least 3 characters
field:value      source channel language sentiment topic intent urgency account customer touchpoint tag attr.NAME
                 topic:delivery sentiment:negative topic:delivery.speed:negative attr.plan:pro tag:"two words"
nps:0..6         a range of nps, csat, ces, rating or score (sentiment, -1 to 1); an end may be left open: score:..-0.5
from: to:        a day (2026-01-31, in the workspace's time zone) or a moment (2026-01-31T09:00:00+07:00); to: is not included
At most 1,000 characters and 64 words and filters.
Best first: more and rarer words, as they were typed, often in a short text, side by side, in the title. With synonyms, words side by side
also find what is said in other words and in the other language: records of the topics that they name. Where fewer than ten records
match, those that come nearest stand beside them as related: slips of the keys mended, or some of the words or their topics.`
