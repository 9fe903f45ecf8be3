"""What a machine with a licence is asked, once: does the real Houdini do what we count on?"""
