package sources

// NewDataset describes a table that is none of ours, such as what a provider's
// fields were saved as, so that [Decode] reads it with the same care. Every row
// may repeat. The columns must have different names.
func NewDataset(name string, columns ...Column) *Dataset {
	return compile([]*Dataset{{Name: name, Columns: columns, Key: noKey}})[0]
}
