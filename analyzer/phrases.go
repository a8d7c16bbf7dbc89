package analyzer

// keyPhrases gives the key phrases of the text.
func (s *scratch) keyPhrases() []KeyPhrase { return nil }
