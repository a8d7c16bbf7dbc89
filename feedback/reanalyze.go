package feedback

import (
	"context"
	"slices"
)

// rereadBatch is how many records are read again in one transaction: few enough that those who submit meanwhile hardly wait.
const rereadBatch = 200

// Reanalyze asks for a job that reads every record again that another engine than the present one read. Where one waits already, it is that
// job; one that runs may be at its end, so another waits behind it and finds nothing to do where the first did all.
func (s *Service) Reanalyze(ctx context.Context, by string) (Job, error) {
	open, err := s.store.OpenJobs(ctx)
	if err != nil {
		return Job{}, err
	}
	for _, j := range open {
		if j.Kind == JobReanalyze && j.State == JobQueued {
			return j, nil
		}
	}
	return s.enqueue(ctx, JobReanalyze, by, nil)
}

// CatchUpReading asks for re-reading where another engine than the present one, as of an older version of the program, read records, and
// gives the job and how many they are. Where there are none, there is no job.
func (s *Service) CatchUpReading(ctx context.Context) (Job, int, error) {
	left, err := s.store.CountStale(ctx, s.Engine())
	if err != nil || left == 0 {
		return Job{}, 0, err
	}
	job, err := s.Reanalyze(ctx, "the start with another engine")
	return job, left, err
}

// overtaken has records read again that were stored after other overlays came into force than they were read with. What is stored is
// stored: that the job could not be asked for is no failure of the call.
func (s *Service) overtaken(ctx context.Context, records []Record) {
	engine := s.Engine()
	if !slices.ContainsFunc(records, func(r Record) bool { return r.Analysis.Engine != engine }) {
		return
	}
	if _, err := s.Reanalyze(context.WithoutCancel(ctx), "records that were read while the overlays changed"); err != nil {
		s.log.Error("records wait for re-reading", "err", err)
	}
}

// reanalyze reads records again in the order of their last change. A record changed meanwhile was read by whoever changed it; where that
// was the engine before, it comes up once more. There is nothing to remember for going on after a stop: what is left is what another
// engine read.
func (s *Service) reanalyze(ctx context.Context, j *Job) error {
	a := s.analyzer.Load()
	for after := int64(0); ; {
		if now := s.analyzer.Load(); now != a {
			a, after = now, 0
		}
		records, err := s.store.Stale(ctx, a.Engine(), after, rereadBatch)
		if err != nil {
			return err
		}
		if len(records) == 0 {
			if after == 0 {
				return nil
			}
			after = 0 // those that somebody changed while they were read
			continue
		}
		if j.Total == 0 || after == 0 {
			left, err := s.store.CountStale(ctx, a.Engine())
			if err != nil {
				return err
			}
			j.Total = j.Done + left
		}
		each(len(records), func(i int) { records[i].Analysis = a.Analyze(records[i].input()) })
		taken, err := s.store.Reread(ctx, records)
		if err != nil {
			return err
		}
		s.stored()
		after = records[len(records)-1].Seq
		j.Done += taken
		if err := s.store.PutJob(ctx, *j); err != nil {
			return err
		}
	}
}
