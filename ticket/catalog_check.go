package ticket

import "fmt"

// contradictions are the faults that a schema cannot name, because two places of the
// catalogue make them together.
func contradictions(c *Catalog) (f faults) {
	for _, check := range []func(*faults, *Catalog){
		idsOfTheirOwn,
		questionsOfTheirOwn,
		levelsForImpacts,
		impactsForLevels,
		workingTime,
	} {
		check(&f, c)
	}
	return f
}

// idsOfTheirOwn: no two of the categories, subcategories and impacts have the same id. One
// that could not be read is empty here.
func idsOfTheirOwn(f *faults, c *Catalog) {
	ids := map[string]string{}
	add := func(path, id string) {
		if first, taken := ids[id]; taken {
			f.add(path, "%q stands at %s already", id, first)
		} else if id != "" {
			ids[id] = path
		}
	}
	for i, category := range c.Categories {
		path := fmt.Sprintf("categories[%d]", i)
		add(path+".id", category.ID)
		for j, s := range category.Subcategories {
			add(fmt.Sprintf("%s.subcategories[%d].id", path, j), s.ID)
		}
	}
	for i, impact := range c.Impacts {
		add(fmt.Sprintf("impacts[%d].id", i), impact.ID)
	}
}

// questionsOfTheirOwn: no two questions of the survey have the same id.
func questionsOfTheirOwn(f *faults, c *Catalog) {
	ids := map[string]bool{"": true}
	for i, q := range c.Survey.Questions {
		if ids[q.ID] {
			f.add(fmt.Sprintf("survey.questions[%d].id", i), "must be an id of its own")
		}
		ids[q.ID] = true
	}
}

// levelsForImpacts: each type has a service level for each impact.
func levelsForImpacts(f *faults, c *Catalog) {
	for _, t := range []Type{Incident, ServiceRequest} {
		for _, impact := range c.Impacts {
			if _, ok := c.ServiceLevels[t][impact.ID]; !ok && impact.ID != "" {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, impact.ID), missing)
			}
		}
	}
}

// impactsForLevels: each service level is for an impact. Where one of them could not be
// read, a level may be for that one.
func impactsForLevels(f *faults, c *Catalog) {
	impacts := map[string]bool{}
	for _, impact := range c.Impacts {
		impacts[impact.ID] = true
	}
	if len(impacts) == 0 || impacts[""] {
		return
	}
	for t, levels := range c.ServiceLevels {
		for id := range levels {
			if !impacts[id] {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, id), "no such impact")
			}
		}
	}
}

// workingTime: there is some, and the hours of a day follow each other.
func workingTime(f *faults, c *Catalog) {
	works := false
	for day, hours := range c.Calendar.Working {
		end := -1
		for i, h := range hours {
			path := fmt.Sprintf("calendar.working.%s[%d]", day, i)
			switch {
			case h[0].Minutes >= h[1].Minutes:
				f.add(path, "must end after it begins")
			case h[0].Minutes < end:
				f.add(path, "begins before the one above ends")
			default:
				works = true
			}
			end = h[1].Minutes
		}
	}
	if !works {
		f.add("calendar.working", "has no working time")
	}
}
