.PHONY: run test check

run:
	streamlit run app.py

test:
	pytest

check: # Python, then the JavaScript and CSS of lib/ui/browser
	ruff check .
	ruff format --check .
	npx --yes @biomejs/biome@2.6.8 ci
