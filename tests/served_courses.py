"""The app with the courses of a folder: python tests/served_courses.py tests/courses --server.port 8600"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as app.py does before numpy comes, which `lesson` imports
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from streamlit.web.cli import main

from lib.ui import lesson

if __name__ == "__main__":
    lesson.COURSES = Path(sys.argv[1]).resolve()
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[2:]]
    main()
