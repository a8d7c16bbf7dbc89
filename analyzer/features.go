package analyzer

// Features is what a linear model of sentiment can weigh in a text: the entries found, each with the product of the factors that the
// rules applied, and the words in the order they stand. Raw is the sum of Value · Factor and whatever has no entry (emoji, ratings).
type Features struct {
	Entries []EntryFactor
	Runs    [][]string // the words between marks that end a phrase, as normalised
	Rest    float64    // contributions without an entry: symbols and ratings
	Total   float64    // Σ|contribution|
	Words   int        // length of the text in words
	Lang    string
	Asking  []bool // by sentence: it is a question
	Opening []bool // by run: it opens its sentence
	Closing []bool // … it closes it
}

// Raw gives the raw score without bias.
func (f *Features) Raw() float64 {
	raw := f.Rest
	for _, e := range f.Entries {
		raw += e.Value * e.Factor
	}
	return raw
}

// EntryFactor is one entry in force.
type EntryFactor struct {
	Term     string
	Lexicon  string
	Value    float64 // the entry's valence
	Factor   float64 // the product of its factors
	Sentence int     // which it stands in
}

// Features reads a text for learning. It is safe for concurrent use.
func (a *Analyzer) Features(in Input) Features {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	s.read(in)
	f := Features{Words: s.length(), Lang: langCode(s.votes.lang)}
	for i := range s.sentences {
		f.Asking = append(f.Asking, s.sentences[i].lang == langVietnamese && (s.sentences[i].question || s.sentences[i].asks))
	}
	for i := range s.items {
		it := &s.items[i]
		if it.role != 0 || it.value == 0 {
			continue
		}
		value := fromMicro(it.value)
		f.Total += max(value, -value)
		if it.entry < 0 {
			f.Rest += value
			continue
		}
		e := &s.model.entries[it.entry]
		if e.kind != kindSentiment || e.value == 0 {
			f.Rest += value
			continue
		}
		f.Entries = append(f.Entries, EntryFactor{e.term, e.lexicon, fromMicro(e.value), float64(it.value) / float64(e.value), int(it.sentence)})
	}
	for i := range s.weights {
		w := &s.weights[i]
		e := &s.model.entries[w.entry]
		f.Total += max(fromMicro(w.value), -fromMicro(w.value))
		sentence := int(s.phrases[s.units[w.start].phrase].sentence)
		factor := s.sentences[sentence].stance
		if w.rules&ruleQuestion != 0 {
			factor /= questionShare
		}
		f.Entries = append(f.Entries, EntryFactor{e.term, e.lexicon, fromMicro(e.value), factor, sentence})
	}
	var run []string
	opening, sentence := false, 0
	end := func(closing bool) {
		if len(run) > 0 {
			f.Runs, f.Opening, f.Closing = append(f.Runs, run), append(f.Opening, opening), append(f.Closing, closing)
		}
		run = nil
	}
	for i := range s.units {
		u := &s.units[i]
		if int32(i) >= s.sentences[sentence].unitEnd {
			end(true)
			sentence++
		} else if u.brk >= breakComma {
			end(false)
		}
		if u.flags&(unitSymbol|unitNumber|unitQuoted) != 0 {
			end(false)
			continue
		}
		if len(run) == 0 {
			opening = int32(i) == s.sentences[sentence].unit
		}
		if u.word != 0 {
			run = append(run, s.model.wordText[u.word])
		} else {
			run = append(run, string(s.spelled(nil, &s.toks[u.tok])))
		}
	}
	end(true)
	return f
}
