package analyzer

// phrases gives the key phrases of the text.
func (s *scratch) phrases() []KeyPhrase { return nil }
