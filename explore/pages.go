package explore

// pages is the memory for packed states. Bytes that are reserved in one call lie on one page.
type pages struct {
	list  [][]byte
	end   uint64 // where the next packed state begins
	gone  int    // pages released
	spare [][]byte
}

const (
	pageShift = 18 // a block of packed states fits on a page several times
	pageSize  = 1 << pageShift
)

// reserve makes the next n bytes available on one page. It reports false if the budget does not allow that.
func (p *pages) reserve(n int, b *budget) bool {
	if p.end+uint64(n) <= uint64(len(p.list))<<pageShift && p.end>>pageShift == (p.end+uint64(n)-1)>>pageShift {
		return true
	}
	if k := len(p.spare); k > 0 {
		p.list, p.spare = append(p.list, p.spare[k-1]), p.spare[:k-1]
	} else {
		if !b.take(pageSize) {
			return false
		}
		page := make([]byte, pageSize)
		hint(page, len(p.list)*pageSize)
		p.list = append(p.list, page)
	}
	p.end = uint64(len(p.list)-1) << pageShift
	return true
}

// pack appends the difference of x from ref.
func (p *pages) pack(x, ref []byte) {
	page, at := p.list[p.end>>pageShift], p.end&(pageSize-1)
	rec := appendDelta(page[:at:pageSize], x, ref)
	p.end += uint64(len(rec)) - at
}

// from returns the memory from a place to the end of its page.
func (p *pages) from(at uint64) []byte { return p.list[at>>pageShift][at&(pageSize-1):] }

// release frees the pages before a place.
func (p *pages) release(at uint64, b *budget) {
	for ; p.gone < int(at>>pageShift); p.gone++ {
		p.spare = append(p.spare, p.list[p.gone])
		p.list[p.gone] = nil
	}
	p.spare = dropSpare(p.spare, len(p.list)-p.gone, pageSize, b)
}
