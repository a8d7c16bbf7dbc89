package analyzer

// numberKind is a kind of number looked for, the surest first.
type numberKind uint8

const (
	kindCard numberKind = iota
	kindNational
	kindPhone
	kindAccount
)

var numberNames = [...]string{kindCard: PIICard, kindNational: PIINationalID, kindPhone: PIIPhone, kindAccount: PIIAccount}

// fewestDigits is the length of the shortest number of each kind.
var fewestDigits = [...]int{kindCard: 13, kindNational: 9, kindPhone: 8, kindAccount: leastDigits}

// is tells whether the candidate is a number of the kind.
func (c *candidate) is(kind numberKind) bool {
	if kind != kindPhone && c.plus >= 0 {
		return false
	}
	switch kind {
	case kindCard:
		return c.card()
	case kindNational:
		return c.nationalID()
	case kindPhone:
		return c.phone()
	}
	return c.account()
}

// issuers lists the first digits of payment cards by their length in digits: Visa, American Express, Diners Club, Mastercard,
// JCB, Discover, UnionPay, Maestro and the domestic cards of Vietnam.
var issuers = []struct{ low, high, digits, least, most int }{
	{4, 4, 1, 13, 13}, {4, 4, 1, 16, 16}, {4, 4, 1, 19, 19},
	{34, 34, 2, 15, 15}, {37, 37, 2, 15, 15},
	{300, 305, 3, 14, 14}, {36, 36, 2, 14, 14}, {38, 39, 2, 14, 14}, {38, 39, 2, 16, 16},
	{51, 55, 2, 16, 16}, {2221, 2720, 4, 16, 16},
	{3528, 3589, 4, 16, 16},
	{6011, 6011, 4, 16, 19}, {644, 649, 3, 16, 19}, {65, 65, 2, 16, 19},
	{62, 62, 2, 16, 19},
	{5018, 5018, 4, 16, 19}, {5020, 5020, 4, 16, 19}, {5038, 5038, 4, 16, 19}, {6304, 6304, 4, 16, 19}, {6759, 6763, 4, 16, 19},
	{9704, 9704, 4, 16, 19},
}

// card: a known issuer for that many digits, in groups of at least four to begin with, and a check digit that is right.
func (c *candidate) card() bool {
	if !c.luhn() {
		return false
	}
	for i, g := range c.groups() {
		if g.len() < 2 && c.to-c.from > 1 || g.len() < 4 && i == 0 {
			return false
		}
	}
	for _, is := range issuers {
		if p := c.part(0, is.digits); p >= is.low && p <= is.high && c.n >= is.least && c.n <= is.most {
			return c.cue() != cueCode
		}
	}
	return false
}

// luhn tells whether the last digit is the check digit of the others: of all digits, every second from the right doubled and its digits
// added, the sum ends in 0.
func (c *candidate) luhn() bool {
	sum := 0
	for i := range c.n {
		d := int(c.digits[c.n-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// nationalID: the 12 digits of a citizen's identity card begin with a province, 001 to 096, and a digit for century and sex. The 9
// digits of the older card show nothing, so somebody has to say what they are.
func (c *candidate) nationalID() bool {
	switch c.n {
	case 9:
		return (c.cue() == cueID || c.cueAfter() == cueID) && !c.amount()
	case 12:
		if p := c.part(0, 3); p < 1 || p > 96 || !c.at(3, '0', '3') {
			return false
		}
		switch cue, near := c.cueNear(); {
		case cue == cueID:
			return true
		case cue == cueCode || cue == cueAccount && near || c.amount():
			return false
		}
		return c.grouped(12) || c.grouped(3, 3, 3, 3) || c.grouped(4, 4, 4) || c.grouped(3, 1, 2, 6) || c.grouped(3, 3, 6) || c.grouped(6, 6)
	}
	return false
}

// grouped tells whether the groups have these lengths.
func (c *candidate) grouped(lens ...int) bool {
	g := c.groups()
	if len(g) != len(lens) {
		return false
	}
	for i := range g {
		if g[i].len() != lens[i] {
			return false
		}
	}
	return true
}

// account: a cue says so, and it is no sum of money.
func (c *candidate) account() bool {
	g := c.groups()
	if len(g) > 1 {
		for i := range g {
			if g[i].len() < 2 || g[i].len() > 6 {
				return false
			}
		}
	}
	cue, near := c.cueNear()
	if cue == cueNone {
		cue, near = c.cueAfter(), true
	}
	switch {
	case cue != cueAccount || c.amount():
		return false
	case near:
		return true
	}
	// With words between, a round or dotted number is what was paid.
	return !c.thousands() && (c.n > 9 || c.part(c.n-3, c.n) != 0)
}
