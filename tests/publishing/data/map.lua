return {
	secondaryModules = { [[Module:Another map]] },
	marks = {
		-- { lat = "1", long = "1", mark = "Location dot red.svg", label = "Commented out" },
		{ lat = "35.95", long = "39.01", mark = "Location dot black.svg", marksize = "12", label = "[[Raqqa|Ar-Raqqah]]", link = "Raqqa", label_size = "80", position = "top" },
		{ lat = "35.335", long = "40.141", mark = "80x80-red-black-anim.gif", marksize = "12", label = "[[Deir ez-Zor|Deir Ezzor]]", position = "right" },
		{ lat = "36.2", long = "37.16", mark = "Location dot red.svg", marksize = "14", label = "[[Aleppo]]" }, -- as it was
		{ lat = "36.185", long = "37.58", mark = "Fighter-jet-red-icon.svg", marksize = "9", label = "[[Kuweires]]" },
		{ lat = "33.57", long = "36.40", mark = icons.opp, label = "[[Douma, Syria|Douma]]", marksize = 8 },
		{ lat = "33.57", long = "36.40", mark = "Map-circle-red.svg", marksize = "14" },
		{ lat = "34.9", long = "36.9", mark = "3x3dot-lime.svg", label = "Rastan plain" },
		{ lat = "north", long = "36.9", mark = "Location dot red.svg", label = "no figure" },
	},
	icons = { opp = 'Dot green 0d0.svg' },
	containerArgs = { 'Syria', width = 1000,
		caption = [=[Control: [[File:Location dot red.svg|11px]] [[Syrian Arab Army|Army]] and allies ; [[File:Dot_green_0d0.svg|11px]] [[Syrian opposition]] ; [[File:Dot yellow ff4.svg|11px]] [[Syrian Democratic Forces]] (SDF)<br/>[[File:Location dot black.svg|11px]] [[Islamic State]]
Mixed: [[File:Map-ctl2-red+lime.svg|11px]]]=] } -- closes
}
