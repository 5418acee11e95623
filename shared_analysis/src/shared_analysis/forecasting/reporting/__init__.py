"""A forecast shown and said: outlook, sentences, summary, briefing table, charts."""
