package lexicons

// SegmentData is what Vietnamese word segmentation reads: lists of words, one a line with `#` comments, and fitted weights.
type SegmentData struct {
	Words      string // our own words
	Common     string // everyday words, written by the treebank's convention
	Treebank   string // words of the treebank's train part
	Wiktionary string // words of the Vietnamese Wiktionary
	Names      string // its names, lower case
	Apart      string // words of the other lists that the treebank keeps apart
	Syllables  string // how often the treebank has a syllable as a word of its own, and as part of one; tab-separated
	Classes    string // what kind of word a syllable is by itself; tab-separated
	Free       string // syllables that are everyday words by themselves
	Model      []byte // fitted weights; without them words are joined by list alone
}

// Segment gives the built-in data of word segmentation. The files are part of the binary, so their absence is a broken build.
func Segment() SegmentData {
	read := func(file string) []byte {
		b, err := builtin.ReadFile("vi/" + file)
		if err != nil {
			panic("lexicons: " + err.Error())
		}
		return b
	}
	return SegmentData{
		Words:      string(read("words.txt")),
		Common:     string(read("words_common.txt")),
		Treebank:   string(read("words_treebank.txt")),
		Wiktionary: string(read("words_wiktionary.txt")),
		Names:      string(read("names_wiktionary.txt")),
		Apart:      string(read("apart_treebank.txt")),
		Syllables:  string(read("syllables_treebank.tsv")),
		Classes:    string(read("syllable_classes.tsv")),
		Free:       string(read("free_syllables.txt")),
		Model:      read("segment.bin"),
	}
}
