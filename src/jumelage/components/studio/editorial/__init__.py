"""Cuts of editors: read in the sandbox, compared with the last one, written as OpenTimelineIO.

Nothing here knows tables or pages. `reading.read` turns a file from an editing program into a
`Cut`; `comparing.compare` says what two cuts differ by, and `comparing.applied` makes the one from
the other; `writing` gives a cut back as OTIO, or as OTIOZ with the media that is kept here.
"""
