package record

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Members decodes the record with its detail answer laid over it, member by
// member. Numbers are json.Number: none is rounded.
func (s Staged) Members() (map[string]any, error) {
	members := map[string]any{}
	for _, body := range [][]byte{s.Raw, s.Detail} {
		if len(body) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var layer map[string]any
		if err := dec.Decode(&layer); err != nil {
			return nil, fmt.Errorf("the staged record is no JSON object: %w", err)
		}
		for k, v := range layer {
			members[k] = v
		}
	}
	return members, nil
}
