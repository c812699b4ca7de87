package connector

import "slices"

// Stream finds a stream or sub-stream by name ("job", "job.report"). The error
// is an *UnknownError.
func (s *Spec) Stream(name string) (*Stream, error) {
	for _, stream := range s.Streams {
		if stream.Name == name {
			return stream, nil
		}
	}
	return nil, unknown("stream", name, s.StreamNames(), "")
}

// StreamNames lists every stream and sub-stream in the order of the spec.
func (s *Spec) StreamNames() []string {
	names := make([]string, len(s.Streams))
	for i, stream := range s.Streams {
		names[i] = stream.Name
	}
	return names
}

// Readable lists the streams that can be read whole: those with a list, in the
// order of the spec. They are what a job reads that names no streams.
func (s *Spec) Readable() []string {
	var names []string
	for _, stream := range s.Streams {
		if stream.List != nil {
			names = append(names, stream.Name)
		}
	}
	return names
}

// Details lists what `details:` of a job may name: streams whose rows a detail
// call completes, and sub-streams.
func (s *Spec) Details() []string {
	var names []string
	for _, stream := range s.Streams {
		if stream.Detail != nil || stream.Sub != nil {
			names = append(names, stream.Name)
		}
	}
	return names
}

// Subs gives the sub-streams of a stream.
func (s *Spec) Subs(stream string) []*Stream {
	var subs []*Stream
	for _, st := range s.Streams {
		if st.Sub != nil && st.Sub.Parent == stream {
			subs = append(subs, st)
		}
	}
	return subs
}

// Setting finds a setting by name. The error is an *UnknownError.
func (s *Spec) Setting(name string) (Setting, error) {
	for _, setting := range s.Settings {
		if setting.Name == name {
			return setting, nil
		}
	}
	return Setting{}, unknown("setting", name, s.SettingNames(), "")
}

// SettingNames lists the settings in the order of the spec.
func (s *Spec) SettingNames() []string {
	names := make([]string, len(s.Settings))
	for i, setting := range s.Settings {
		names[i] = setting.Name
	}
	return names
}

// Filter finds a list filter by its parameter. The error is an *UnknownError.
func (s *Stream) Filter(param string) (Filter, error) {
	i := slices.IndexFunc(s.Filters, func(f Filter) bool { return f.Param == param })
	if i < 0 {
		return Filter{}, unknown("filter of "+s.Name, param, s.FilterNames(), "")
	}
	return s.Filters[i], nil
}

// FilterNames lists the parameters of the filters in the order of the spec.
func (s *Stream) FilterNames() []string {
	names := make([]string, len(s.Filters))
	for i, f := range s.Filters {
		names[i] = f.Param
	}
	return names
}

// EffectNames lists the effects in the order of the spec.
func (s *Spec) EffectNames() []string {
	names := make([]string, len(s.Effects))
	for i, e := range s.Effects {
		names[i] = e.Name
	}
	return names
}

// Writable lists the streams that something can be written to, in the order of
// the spec.
func (s *Spec) Writable() []string {
	var names []string
	for _, stream := range s.Streams {
		if stream.Writes != nil {
			names = append(names, stream.Name)
		}
	}
	return names
}
