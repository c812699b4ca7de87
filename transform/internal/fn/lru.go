package fn

import "container/list"

// lru keeps the answers for the texts asked last; it is for one goroutine.
type lru struct {
	most  int
	order *list.List
	at    map[string]*list.Element
}

type lruEntry struct {
	key    string
	answer phoneAnswer
}

func newLRU(most int) *lru {
	return &lru{most: most, order: list.New(), at: map[string]*list.Element{}}
}

func (c *lru) get(key string) (phoneAnswer, bool) {
	e, ok := c.at[key]
	if !ok {
		return phoneAnswer{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*lruEntry).answer, true
}

// put keeps its own copy of the key: a text of a record may lie in a buffer.
func (c *lru) put(key string, a phoneAnswer) {
	if c.order.Len() >= c.most {
		last := c.order.Back()
		entry := last.Value.(*lruEntry)
		delete(c.at, entry.key)
		*entry = lruEntry{key: cloned(key), answer: a}
		c.order.MoveToFront(last)
		c.at[entry.key] = last
		return
	}
	entry := &lruEntry{key: cloned(key), answer: a}
	c.at[entry.key] = c.order.PushFront(entry)
}

func cloned(s string) string { return string([]byte(s)) }
