package vendorsim

// The fixed parts of the invented Syncro account.

// syncroUser is a technician. Two have one name.
type syncroUser struct {
	id          int64
	email, name string
	group       string
	admin       bool
}

var syncroUsers = []syncroUser{
	{10231, "joedoe@example.com", "Joe Doe", "Admins", true}, {10232, "a.smith@example.com", "Andrew Smith", "Techs", false},
	{10240, "maire@example.com", "Máire O'Neill", "Techs", false}, {10255, "joe2@example.com", "Joe Doe", "Techs", false},
	{10300, "night@example.com", "Équipe \"Nuit\" 🌙", "Dispatch", false},
}

func (u syncroUser) object() object {
	return object{
		{"id", u.id}, {"email", u.email}, {"full_name", u.name}, {"created_at", "2019-11-01T11:39:20.554Z"},
		{"updated_at", "2019-11-01T11:39:20.554Z"}, {"group", u.group}, {"admin", u.admin}, {"color", "55b932"},
	}
}

// syncroNamed is an id with a name.
type syncroNamed struct {
	id   int64
	name string
}

var (
	// syncroStatuses are the default statuses of the file and two of the account's own.
	syncroStatuses = []string{
		"New", "In Progress", "Resolved", "Invoiced", "Waiting for Parts", "Waiting on Customer", "Scheduled", "Customer Reply",
		"On Hold – Ångström", "QA/QC \"final\"",
	}
	problemTypes = []string{"Virus", "TuneUp", "Hardware", "Software", "Other"}
	priorities   = []string{"", "0 Urgent", "1 High", "2 Normal", "3 Low"}
	ticketTypes  = []syncroNamed{{301, "Hardware"}, {302, "Devices"}, {305, "Réseau & Wi-Fi"}}
	assetTypes   = []syncroNamed{{7701, "Syncro Device"}, {7702, "Heat Pump"}, {7705, "Küchengerät"}, {7706, "UPS"}}
	// syncroTaxRates are what tax_rate_id of customers and lines points to: no endpoint of the file lists them.
	syncroTaxRates = []syncroNamed{{51, "Sales tax 8.25"}, {52, "VAT 20"}}
	// paymentMethods are those of the file's sample.
	paymentMethods = []syncroNamed{{1, "Credit Card"}, {2, "Cash"}, {3, "Check"}, {4, "Offline CC"}, {5, "Quick"}, {6, "Other"}}
	// alertTriggers are the flags of a device's rmm_store, as text.
	alertTriggers = []string{
		"bsod_triggered", "time_triggered", "no_av_triggered", "defrag_triggered", "firewall_triggered", "app_crash_triggered",
		"low_hd_space_triggered", "smart_failure_triggered", "device_manager_triggered", "agent_offline_triggered",
	}
)

// nameOf returns the name under an id, "" when there is none.
func nameOf(all []syncroNamed, id int64) string {
	for _, n := range all {
		if n.id == id {
			return n.name
		}
	}
	return ""
}

// idOf returns the id of a name, 0 when there is none.
func idOf(all []syncroNamed, name string) int64 {
	for _, n := range all {
		if n.name == name {
			return n.id
		}
	}
	return 0
}

// userAt returns the user with an id, nil for none.
func userAt(id int64) *syncroUser {
	for i := range syncroUsers {
		if syncroUsers[i].id == id {
			return &syncroUsers[i]
		}
	}
	return nil
}
