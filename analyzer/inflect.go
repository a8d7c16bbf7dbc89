package analyzer

import "strings"

// inflect gives the inflected forms of an English term: of its first word for a verb, of its last for a noun, of the word itself for an
// adjective. A base listed in irregular has those forms and no others.
func inflect(term string, pos byte, irregular map[string][]string) []string {
	head, rest := term, ""
	if pos == 'v' {
		if i := strings.IndexByte(term, ' '); i >= 0 {
			head, rest = term[:i], term[i:]
		}
		return withForms(term, "", head, rest, verbForms, irregular)
	}
	if i := strings.LastIndexByte(term, ' '); i >= 0 {
		if pos == 'a' {
			return nil
		}
		return withForms(term, term[:i+1], term[i+1:], "", nounForms, irregular)
	}
	if pos == 'a' {
		return withForms(term, "", term, "", adjectiveForms, irregular)
	}
	return withForms(term, "", term, "", nounForms, irregular)
}

func withForms(term, before, head, after string, rule func(string) []string, irregular map[string][]string) []string {
	forms, ok := irregular[head]
	if !ok {
		forms = rule(head)
	}
	var out []string
	for _, f := range forms {
		if f != head {
			out = append(out, before+f+after)
		}
	}
	return out
}

func verbForms(w string) []string {
	n := len(w)
	if n < 2 {
		return nil
	}
	switch {
	case strings.HasSuffix(w, "e"):
		ing := w[:n-1] + "ing"
		if strings.HasSuffix(w, "ee") || strings.HasSuffix(w, "ye") || strings.HasSuffix(w, "oe") {
			ing = w + "ing"
		}
		return []string{w + "s", w + "d", ing}
	case w[n-1] == 'y' && !isPlainVowel(w[n-2]):
		return []string{w[:n-1] + "ies", w[:n-1] + "ied", w + "ing"}
	}
	return []string{plural(w), w + "ed", w + "ing"}
}

func nounForms(w string) []string {
	if len(w) < 2 {
		return nil
	}
	return []string{plural(w)}
}

func plural(w string) string {
	n := len(w)
	switch {
	case w[n-1] == 'y' && !isPlainVowel(w[n-2]):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "o"):
		return w + "es"
	}
	return w + "s"
}

// adjectiveForms compares short adjectives only: those of at most five letters and those in consonant + y.
func adjectiveForms(w string) []string {
	n := len(w)
	switch {
	case n < 3:
		return nil
	case w[n-1] == 'y' && !isPlainVowel(w[n-2]):
		return []string{w[:n-1] + "ier", w[:n-1] + "iest"}
	case n > 5:
		return nil
	case w[n-1] == 'e':
		return []string{w + "r", w + "st"}
	}
	return []string{w + "er", w + "est"}
}

func isPlainVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
