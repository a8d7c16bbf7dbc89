package analyzer

// pii finds personal data: e-mail addresses.
func (s *scratch) pii() []PII {
	out := []PII{}
	for i := range s.toks {
		t := &s.toks[i]
		if t.kind != Email {
			continue
		}
		p := PII{Kind: PIIEmail, Start: int(t.cpStart), End: int(t.cpEnd)}
		if t.field == fieldTitle {
			p.Field = "title"
		}
		out = append(out, p)
	}
	return out
}
