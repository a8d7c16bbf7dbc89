package store

// knownNames are the words that analyses are full of, by the number that stands for each in packed bodies. Bodies keep the numbers, so
// the list may grow at its end and never change: a word that is out of use stays, and a new one that is missing costs its letters.
var knownNames = []string{
	"", "title", "vi", "en", "und", "negative", "neutral", "positive", "low", "normal", "high", "critical",
	"vi/weights", "en/weights", "vi/sentiment", "en/sentiment", "vi/topics", "en/topics", "vi/intents", "en/intents", "vi/urgency",
	"en/urgency", "vi/modifiers", "en/modifiers", "shared/emoji", "shared/emoticons", "shared/rating", "shared/marks",
	"negated", "intensified", "diminished", "contrast_before", "contrast_after", "concession", "irrealis", "wished", "question", "caps",
	"elongated", "exclaimed", "context", "bare", "near", "spelling", "rating", "unmet", "implied", "mocked", "background", "repeated",
	"answered", "sentiment",
	"complaint", "praise", "request", "suggestion", "bug_report", "cancel", "thanks", "spam",
	"phone", "email", "card", "national_id", "bank_account",
	"nps", "csat", "ces", "effort",
	"account", "account.login", "account.otp", "account.registration", "account.verification", "app", "app.ads", "app.data", "app.design",
	"app.feature_request", "app.notifications", "app.performance", "app.stability", "app.update", "app.usability", "billing",
	"billing.invoice", "billing.overcharge", "company", "company.brand", "company.communication", "company.trust", "course",
	"course.assignments", "course.content", "course.exams", "course.materials", "course.practice", "course.schedule", "delivery",
	"delivery.condition", "delivery.courier", "delivery.fee", "delivery.speed", "delivery.tracking", "delivery.wrong_item", "experience",
	"experience.loyalty", "experience.overall", "facility", "facility.ambience", "facility.amenities", "facility.cleanliness",
	"facility.crowding", "facility.location", "facility.noise", "facility.parking", "facility.temperature", "facility.wifi", "finance",
	"finance.debt_collection", "finance.insurance", "finance.interest", "finance.loan", "food", "food.breakfast", "food.freshness",
	"food.hygiene", "food.menu", "food.portion", "food.taste", "food.wait", "lecturer", "lecturer.attitude", "lecturer.grading",
	"lecturer.teaching", "network", "network.call_quality", "network.coverage", "network.outage", "network.plan", "network.spam_calls",
	"network.speed", "onboarding", "onboarding.documentation", "onboarding.setup", "ordering", "ordering.cancellation",
	"ordering.checkout", "payment", "payment.atm", "payment.card", "payment.failure", "payment.methods", "payment.transfer", "price",
	"price.fees", "price.level", "price.value", "process", "process.paperwork", "process.policy", "process.waiting", "product",
	"product.authenticity", "product.battery", "product.camera", "product.connectivity", "product.description_match", "product.design",
	"product.durability", "product.packaging", "product.performance", "product.quality", "product.screen", "product.size_fit",
	"product.sound", "product.stock", "product.suitability", "promotion", "promotion.loyalty", "promotion.voucher", "refund",
	"refund.delay", "refund.policy", "refund.return_process", "room", "room.bathroom", "room.comfort", "room.housekeeping", "room.size",
	"room.view", "security", "security.fraud", "security.privacy", "staff", "staff.attitude", "staff.competence", "support",
	"support.channel", "support.hotline", "support.resolution", "support.responsiveness", "support.seller", "travel", "travel.baggage",
	"travel.booking", "travel.checkin", "travel.delay", "travel.onboard", "travel.seat", "warranty", "warranty.coverage",
	"warranty.repair", "stance",
}

// knownNumbers gives the number of a word.
var knownNumbers = func() map[string]int {
	numbers := make(map[string]int, len(knownNames))
	for i, name := range knownNames {
		numbers[name] = i
	}
	return numbers
}()
