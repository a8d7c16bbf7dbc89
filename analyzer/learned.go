package analyzer

import (
	"fmt"

	"github.com/thau-cx/thau/lexicons"
)

// FeaturesRevision names the features that learned overlays weigh. It is raised whenever a text gives other features.
const FeaturesRevision = "1"

// layLearned takes the learned overlays in.
func (m *model) layLearned(lex *lexicons.Lexicon) error {
	for _, o := range lex.Learned {
		if o.Features != FeaturesRevision {
			return fmt.Errorf("overlay %s weighs features of revision %s, and this version reads revision %s: fit it again on its texts with thau learn --task %s", o.Name, o.Features, FeaturesRevision, o.Task)
		}
		return fmt.Errorf("overlay %s: learned weights are not read yet", o.Name)
	}
	return nil
}
