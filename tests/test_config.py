"""Settings that nothing else would miss until a workshop stalls."""

import streamlit.config


def test_the_hidden_settings_of_the_server_are_known_and_set():
    assert streamlit.config.get_option("runner.postScriptGC") is False
    assert streamlit.config.get_option("server.fileWatcherType") == "none"
    assert streamlit.config.get_option("client.showErrorDetails") == "none"
    assert streamlit.config.get_option("server.enableXsrfProtection") is True
