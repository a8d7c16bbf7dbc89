package analyzer

// Analysis is what the analyzer read in one text. It is the stable wire format: JSON names and meanings do not change within a
// major version.
//
// Offsets count Unicode code points in the field as it was sent, half-open; an invalid byte counts as one code point. Contributions
// are multiples of 10⁻⁶ and were summed as integers, so Raw = Bias + Σ Contribution holds exactly on every machine.
type Analysis struct {
	Language   Language    `json:"language"`
	Sentiment  Sentiment   `json:"sentiment"`
	Sentences  []Sentence  `json:"sentences"`
	Topics     []Topic     `json:"topics"`
	Intents    []Intent    `json:"intents"`
	Urgency    Urgency     `json:"urgency"`
	KeyPhrases []KeyPhrase `json:"key_phrases,omitempty"`
	PII        []PII       `json:"pii"`
	Engine     Engine      `json:"engine"`
	Terms      *Terms      `json:"-"` // where they were asked for
}

// Language says which language a text is in. Code is "vi", "en" or "und"; Confidence is in [0, 1]; Mix gives each language's share
// of the words that have one and sums to 1 (it is empty for "und"); it is shared between results and read-only.
type Language struct {
	Code       string             `json:"code"`
	Confidence float64            `json:"confidence"`
	Mix        map[string]float64 `json:"mix"`
}

// The sentiment labels.
const (
	Negative = "negative"
	Neutral  = "neutral"
	Positive = "positive"
)

// Sentiment is the verdict on a whole text. Raw = Bias + Σ Evidence.Contribution. Score in [−1, 1] is a monotone function of Raw
// alone. Probabilities are a fixed function of Raw, Σ|Contribution| and length, and another one for texts that a learned overlay reads,
// which is where the evidence names it; Label is their argmax and Confidence their maximum.
// Mixed tells that strong evidence stands on both sides.
type Sentiment struct {
	Label         string        `json:"label"`
	Score         float64       `json:"score"`
	Confidence    float64       `json:"confidence"`
	Probabilities Probabilities `json:"probabilities"`
	Mixed         bool          `json:"mixed"`
	Raw           float64       `json:"raw"`
	Bias          float64       `json:"bias"`
	Evidence      []Evidence    `json:"evidence"`
}

// Probabilities of the three sentiment labels; they sum to 1.
type Probabilities struct {
	Negative float64 `json:"negative"`
	Neutral  float64 `json:"neutral"`
	Positive float64 `json:"positive"`
}

// Polarity is the short form of a sentiment: of a sentence or of what is said about a topic.
type Polarity struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

// Evidence is one reason for a verdict: a span of the text, the entry it matched and what it adds. Text is the exact slice
// [Start, End) of the field as it was sent. Field is empty for the text itself and "title" for the title. A match with gaps spans its
// hull and lists the matched Parts.
type Evidence struct {
	Field        string   `json:"field,omitempty"`
	Start        int      `json:"start"`
	End          int      `json:"end"`
	Parts        [][2]int `json:"parts,omitempty"`
	Text         string   `json:"text"`
	Contribution float64  `json:"contribution"`
	Entry        string   `json:"entry"`
	Rules        []string `json:"rules"`
	Lexicon      string   `json:"lexicon"`
}

// Sentence is one sentence of the text with its own language and polarity.
type Sentence struct {
	Field     string   `json:"field,omitempty"`
	Start     int      `json:"start"`
	End       int      `json:"end"`
	Language  string   `json:"language"`
	Sentiment Polarity `json:"sentiment"`
}

// Topic is a theme of the taxonomy that the text speaks of, and how. Raw = Bias + Σ Evidence.Contribution; Confidence in [0, 1] is
// a function of Raw; Sure tells that it is above the label's threshold.
type Topic struct {
	ID         string     `json:"id"`
	Confidence float64    `json:"confidence"`
	Sure       bool       `json:"sure"`
	Raw        float64    `json:"raw"`
	Bias       float64    `json:"bias"`
	Sentiment  Polarity   `json:"sentiment"`
	Evidence   []Evidence `json:"evidence"`
}

// Intent is what the writer wants. Raw = Bias + Σ Evidence.Contribution; Confidence in [0, 1] is a function of Raw; Sure tells that
// it is above the label's threshold (always true for the built-in intents, which are listed only above it).
type Intent struct {
	ID         string     `json:"id"`
	Confidence float64    `json:"confidence"`
	Sure       bool       `json:"sure"`
	Raw        float64    `json:"raw"`
	Bias       float64    `json:"bias"`
	Evidence   []Evidence `json:"evidence"`
}

// The urgency levels, lowest first.
const (
	UrgencyLow      = "low"
	UrgencyNormal   = "normal"
	UrgencyHigh     = "high"
	UrgencyCritical = "critical"
)

// Urgency says how soon somebody should act. Raw = Bias + Σ Evidence.Contribution; Level is a function of Raw.
type Urgency struct {
	Level      string     `json:"level"`
	Confidence float64    `json:"confidence"`
	Raw        float64    `json:"raw"`
	Bias       float64    `json:"bias"`
	Evidence   []Evidence `json:"evidence"`
}

// KeyPhrase is a noun phrase or compound worth showing; computed only when asked for.
type KeyPhrase struct {
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// PII is a span of personal data. Kind is one of the PII… constants.
type PII struct {
	Field string `json:"field,omitempty"`
	Kind  string `json:"kind"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// The kinds of personal data found.
const (
	PIIPhone      = "phone"
	PIIEmail      = "email"
	PIICard       = "card"
	PIINationalID = "national_id"
	PIIAccount    = "bank_account"
)

// Engine names what read the text: the analyzer's revision and a hash of everything layered in its lexicon.
type Engine struct {
	Version string `json:"version"`
	Lexicon string `json:"lexicon"`
}

// Input is one text to analyze. Lang is a hint that only breaks ties.
type Input struct {
	Title   string
	Text    string
	Lang    string
	Phrases bool // also find key phrases
	Terms   bool // also give the keys of its terms
}
