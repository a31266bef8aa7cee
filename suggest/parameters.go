package suggest

// parameters are all numbers of the ranking. They were found by cross-validation over keywords that
// were left out of the index, with a penalty for each text outside the desk that had a result.
// TestAblation shows what each idea contributes.
type parameters struct {
	k1, b     float32 // saturation and length normalization of BM25F
	bigram    float32 // weight of two words in a row
	hypernym  float32 // weight of the hypernym of a word
	stem      float32 // confidence of a match by stem
	fuzzy     float32 // confidence of a match through a typing error
	ambiguous float32 // weight of an ambiguous term
	category  float32 // share of the score of the category
	intent    float32 // bonus where failure or request fits the type of the entry
	lesson    float32 // weight of a lesson

	// Thresholds: what is worth suggesting.
	minSpecific float32 // score of specific terms
	minScore    float32
	singleTerm  float32 // score of an entry that has one specific term alone
	minRatio    float32 // of the best score

	outOfDomain float32 // penalty for a term outside the desk
	location    float32 // part of the penalty for such a term that only says where
	diversity   float32 // part of the third score that an entry of another category needs
}

var defaultParameters = parameters{
	k1: 1.8, b: 0.6,
	bigram: 0.25, hypernym: 0.55, stem: 0.9, fuzzy: 0.85, ambiguous: 0.4,
	category: 0.23, intent: 0.09, lesson: 1.5,
	minSpecific: 1, minScore: 2, singleTerm: 12, minRatio: 0.1,
	outOfDomain: 5, location: 0.2, diversity: 0.75,
}
