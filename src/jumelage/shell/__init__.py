"""The look: base template, partials, navigation, language and the bridge line."""
