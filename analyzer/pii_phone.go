package analyzer

// phone: a Vietnamese mobile or landline number in national or international writing, a number of another country with its +, or one in
// the North American grouping. 1800 and 1900 are the hotlines of companies, which are nobody's personal data; none of the patterns
// begins so.
func (c *candidate) phone() bool {
	if c.plus >= 0 || c.begins("00") {
		return c.international()
	}
	cue, near := c.cueNear()
	if cue == cueCode || c.amount() && c.digits[0] != '0' || cue == cueAccount && near && c.n != 10 {
		return false // a mobile number may be an account too, another shape is one by chance
	}
	if cue == cuePhone && (c.national(0) || c.begins("84") && c.vietnam(2) || near && c.short()) {
		return true
	}
	if c.from > 0 && !c.chain[c.from-1].taken && (cue == cueAccount || c.grouped(4, 4, 2) && c.chain[c.from-1].len() == 4) {
		return false // the rest of a longer number
	}
	return c.evenly() && (c.national(0) || c.begins("84") && c.vietnam(2)) || c.american()
}

// vietnam tells whether what follows the country code, i digits, is a Vietnamese number without or with its trunk 0.
func (c *candidate) vietnam(i int) bool {
	if i < c.n && c.digits[i] == '0' {
		return c.national(i)
	}
	rest := c.n - i
	return rest == 9 && mobileFirst(c.digits[i]) || rest == 10 && c.digits[i] == '2' && (c.plus >= 0 || c.open >= 0)
}

// national tells whether the digits from i on are a Vietnamese number that begins with 0: 10 digits of a mobile, 11 of a landline, or
// the 11 that mobiles had before 2018.
func (c *candidate) national(i int) bool {
	d := c.digits[i:c.n]
	if len(d) < 10 || d[0] != '0' {
		return false
	}
	switch len(d) {
	case 10:
		return mobileFirst(d[1])
	case 11:
		return d[1] == '2' && landline(d) || d[1] == '1' && (d[2] == '2' || d[2] == '6' || d[2] == '8' && (d[3] == '6' || d[3] == '8') || d[2] == '9' && d[3] == '9')
	}
	return false
}

// landline tells whether the 11 digits of a landline go on as they must: 024 and 028 are followed by 8 digits of an exchange, the areas of
// four digits by 7.
func landline(d []byte) bool {
	if d[2] == '4' || d[2] == '8' {
		return d[3] >= '2' && d[3] <= '8'
	}
	return d[4] == '2' || d[4] == '3' || d[4] == '6' || d[4] == '7'
}

func mobileFirst(d byte) bool { return d == '3' || d == '5' || d == '7' || d == '8' || d == '9' }

// international tells whether the number is one with its country code.
func (c *candidate) international() bool {
	skip := 0
	if c.plus < 0 {
		skip = 2
	}
	if c.n < skip+9 || c.n > skip+15 || c.digits[skip] == '0' || c.amount() || c.cue() == cueCode {
		return false
	}
	if string(c.digits[skip:skip+2]) == "84" {
		return c.vietnam(skip+2) || c.plus < 0 && c.n == skip+12 && c.digits[skip+2] == '2'
	}
	// The longest reading is not to run on into another number.
	last := c.groups()[c.to-c.from-1]
	more := c.to < len(c.chain) && c.chain[c.to].len() <= 4 && c.n+c.chain[c.to].len() <= skip+13 && !c.chain[c.to].taken
	return c.plus >= 0 && !more && last.len() >= 2 && !c.thousands()
}

// short tells whether the digits after a word for telephone are a number with its first 0 lost, as spreadsheets do, or a landline
// without its area.
func (c *candidate) short() bool {
	switch c.n {
	case 9:
		return mobileFirst(c.digits[0])
	case 8:
		return c.at(0, '2', '8') && c.to-c.from <= 2 && !c.thousands()
	}
	return false
}

// evenly tells whether the groups are as people write a number: two digits or more each, or each digit for itself; one alone only
// before a blank at the start, as `0.912345678` is a fraction, or after the area code of a landline.
func (c *candidate) evenly() bool {
	g := c.groups()
	if len(g) == c.n {
		return true
	}
	for i := range g {
		if g[i].len() > 1 || i == 0 && g[1].link == linkLoose || i == 1 && c.begins("02") && g[0].len() >= 3 {
			continue
		}
		return false
	}
	return len(g) <= 6
}

// american tells whether the number is in groups of 3, 3 and 4 with hyphens, full stops or brackets, and is no toll-free one.
func (c *candidate) american() bool {
	if !c.grouped(3, 3, 4) || !c.at(0, '2', '9') || !c.at(3, '2', '9') {
		return false
	}
	g := c.groups()
	if !g[2].link.tight() || !g[1].link.tight() && c.open < 0 {
		return false
	}
	return !(c.digits[0] == '8' && c.digits[1] == c.digits[2])
}
