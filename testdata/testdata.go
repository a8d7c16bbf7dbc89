// Package testdata holds the sample data of Chợ Mây, a retailer that does not exist: what "thau serve --demo" shows and what the
// README's figures come from; and what learning is held to: behaviour cases and
// labelled sentences.
//
// Every word of it was written for this project; no person, business, address or number in it is real.
package testdata

import "embed"

// Sample holds the sample data as newline-delimited JSON, in the field names of the API, from 17 May to 15 November 2026:
//
//   - sample/feedback.jsonl: feedback drafts in Vietnamese, English and both at once, oldest first;
//   - sample/accounts.jsonl: the 25 business accounts that the feedback and the signals name;
//   - sample/signals.jsonl: what the accounts did week by week, oldest first.
//
//go:embed sample
var Sample embed.FS

// Behaviours holds the cases of what a reader expects of the analyzer (see behaviours/README.md): what no learned overlay may break.
//
//go:embed behaviours/*.txt
var Behaviours embed.FS

// Sentences holds labelled sentences in both languages, tables sentences/*.tsv with the columns split, domain, style, sentiment and text:
// what a learned sentiment is rehearsed on.
//
//go:embed sentences/*.tsv
var Sentences embed.FS
